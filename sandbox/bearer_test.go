package sandbox

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Kinds of tokens are not interchangeable. What each opens is in the other tests.
func TestTokenKinds(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	op := h.submit(h.document(nipA).String(), sealFor(t, nipA)).operation(h)
	operation, access, refresh := op.harness, h.bearer(l.access), h.bearer(l.refresh)
	for _, tt := range []struct {
		method, path string
		closed       []*harness
	}{
		{"GET", "/auth/" + op.reference, []*harness{access, refresh}},
		{"POST", "/auth/token/redeem", []*harness{access, refresh}},
		{"POST", "/auth/token/refresh", []*harness{access, operation}},
		{"GET", "/auth/sessions", []*harness{operation, refresh}},
		{"GET", "/tokens", []*harness{operation, refresh}},
		{"DELETE", "/auth/sessions/current", []*harness{operation}},
		{"DELETE", "/auth/sessions/" + op.reference, []*harness{operation, refresh}},
	} {
		for _, caller := range tt.closed {
			caller.send(tt.method, tt.path, nil).want(401)
		}
	}
}

func TestUnauthorized(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	parts := strings.Split(l.access, ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + parts[1] + "."
	forged, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"typ": "ContextToken", "arn": l.reference, "iss": issuer, "exp": 9e9}).SignedString([]byte("guessed"))
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"typ": "ContextToken", "arn": l.reference, "iss": "ksef-api-te", "exp": 9e9}).SignedString(h.signer.key)
	if err != nil {
		t.Fatal(err)
	}
	for name, header := range map[string]string{
		"nothing":        "",
		"no token":       "Bearer",
		"empty token":    "Bearer  ",
		"no JWT":         "Bearer abc",
		"other scheme":   "Basic " + l.access,
		"no scheme":      l.access,
		"changed claims": "Bearer " + parts[0] + "." + parts[1][1:] + "." + parts[2],
		"no signature":   "Bearer " + none,
		"other key":      "Bearer " + forged,
		"other issuer":   "Bearer " + foreign,
		"two tokens":     "Bearer " + l.access + " " + l.access,
	} {
		t.Run(name, func(t *testing.T) {
			r := h.sloppy().with("Authorization: "+header).send("GET", "/auth/sessions", nil).want(401).
				is("title", "Unauthorized").is("status", 401).is("detail", "Wymagane jest uwierzytelnienie.").is("instance", "/v2/auth/sessions")
			if got := r.header.Get("WWW-Authenticate"); got != "Bearer" {
				t.Errorf("WWW-Authenticate: %q", got)
			}
		})
	}
	h.with("Authorization: bearer "+l.access).send("GET", "/auth/sessions", nil).want(200) // RFC 9110: schemes have no case
	h.sloppy().send("GET", "/auth/sessions", nil).want(401)
}

func TestLives(t *testing.T) {
	h := newHarness(t, nil)
	op := h.submit(h.document(nipA).String(), sealFor(t, nipA)).operation(h)
	l := h.login(nipA, sealFor(t, nipA))
	// The clock stands at 26.5 s, and tokens live from 26 s on.
	h.Advance(accessLife - time.Second)
	l.send("GET", "/auth/sessions", nil).want(200)
	h.Advance(time.Second)
	l.send("GET", "/auth/sessions", nil).want(401)
	h.Advance(operationLife - accessLife - time.Second)
	op.status()
	h.Advance(time.Second)
	op.send("GET", "/auth/"+op.reference, nil).want(401)
	h.bearer(l.refresh).send("POST", "/auth/token/refresh", nil).want(200)
	h.Advance(refreshLife - operationLife)
	h.bearer(l.refresh).send("POST", "/auth/token/refresh", nil).want(401)
}

func TestPolicy(t *testing.T) {
	h := newHarness(t, nil)
	doc := h.document(nipA)
	doc.policy = "<AuthorizationPolicy><AllowedIps><Ip4Address>192.0.2.7</Ip4Address><Ip4Range>198.51.100.10-198.51.100.20</Ip4Range><Ip4Mask>203.0.113.0/24</Ip4Mask></AllowedIps></AuthorizationPolicy>"
	l := h.submit(doc.String(), sealFor(t, nipA)).operation(h).redeemed()
	if got, want := inside(t, l.access)["ipp"], `{"ip4Addresses":["192.0.2.7"],"ip4Ranges":["198.51.100.10-198.51.100.20"],"ip4Masks":["203.0.113.0/24"]}`; got != want {
		t.Errorf("claim ipp is %v, want %v", got, want)
	}
	from := func(address string) *harness {
		c := *h
		c.remote = address
		return &c
	}
	for address, allowed := range map[string]bool{
		"192.0.2.7:1": true, "192.0.2.8:1": false, "198.51.100.9:1": false, "198.51.100.10:1": true, "198.51.100.20:1": true,
		"198.51.100.21:1": false, "203.0.113.255:1": true, "127.0.0.1:1": false, "[::ffff:192.0.2.7]:1": true, "[::1]:1": false,
	} {
		r := from(address).bearer(l.access).send("GET", "/auth/sessions", nil)
		if allowed {
			r.want(200)
			continue
		}
		r.want(403).is("title", "Forbidden").is("reasonCode", "ip-not-allowed").is("security.clientIp", from(address).ip())
	}
	t.Run("of a token", func(t *testing.T) {
		_, token := h.login(nipA, sealFor(t, nipA)).generate("InvoiceRead")
		body := h.tokenBody(token)
		body["authorizationPolicy"] = map[string]any{"allowedIps": map[string]any{"ip4Addresses": []string{"192.0.2.7"}, "ip4Ranges": nil}}
		l := h.send("POST", "/auth/ksef-token", body).operation(h).redeemed()
		l.send("GET", "/auth/sessions", nil).want(403)
		from("192.0.2.7:1").bearer(l.access).send("GET", "/auth/sessions", nil).want(200)
	})
	t.Run("empty", func(t *testing.T) {
		doc := h.document(nipA)
		doc.policy = "<AuthorizationPolicy><AllowedIps/></AuthorizationPolicy>"
		h.submit(doc.String(), sealFor(t, nipA)).operation(h).redeemed().send("GET", "/auth/sessions", nil).want(200)
	})
}

// ip is the address of the harness, without the port.
func (h *harness) ip() string {
	c := call{r: &http.Request{RemoteAddr: h.remote}}
	return c.clientIP()
}

func TestChallengeSaysWhereWeAre(t *testing.T) {
	h := newHarness(t, nil)
	h.remote = "192.0.2.7:4711"
	h.send("POST", "/auth/challenge", nil).want(200).is("clientIp", "192.0.2.7").
		is("timestamp", "2026-03-14T15:09:26.5358979+00:00").is("timestampMs", 1.773500966535e+12)
}

func FuzzBearer(f *testing.F) {
	s := New(nil)
	f.Add("Bearer " + s.issue(accessToken, time.Hour, s.Now(), "x", contextClaims{Permissions: `["Owner"]`}).Token)
	f.Add("Bearer eyJhbGciOiJub25lIn0.e30.")
	f.Add("bearer")
	other := newSigner(newSource(99))
	f.Fuzz(func(t *testing.T, header string) {
		raw, ok := bearerToken(http.Header{"Authorization": {header}})
		if !ok {
			return
		}
		// Nothing gets in without our key.
		guarded := &Server{signer: other}
		if b, err := guarded.verify(raw, accessToken|refreshToken|operationToken, time.Now()); err == nil {
			t.Fatalf("%q opens: %+v", header, b)
		}
	})
}
