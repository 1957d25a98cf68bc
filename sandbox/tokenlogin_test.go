package sandbox

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"
)

// publicKey returns the key that is published for a usage, and its publicKeyId.
func (h *harness) publicKey(usage string) (*rsa.PublicKey, string) {
	h.t.Helper()
	r := h.send("GET", "/security/public-key-certificates", nil).want(200)
	var list []struct {
		Certificate []byte
		PublicKeyID string `json:"publicKeyId"`
		Usage       []string
	}
	r.decode(&list)
	for _, k := range list {
		if k.Usage[0] != usage {
			continue
		}
		cert, err := x509.ParseCertificate(k.Certificate)
		if err != nil {
			h.t.Fatal(err)
		}
		return cert.PublicKey.(*rsa.PublicKey), k.PublicKeyID
	}
	h.t.Fatalf("no key for %s in %s", usage, r.body)
	return nil, ""
}

func encrypt64(t testing.TB, key *rsa.PublicKey, plain string) string {
	t.Helper()
	c, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, key, []byte(plain), nil)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(c)
}

// generate makes a KSeF token and waits until it is active.
func (l login) generate(permissions ...string) (reference, token string) {
	l.t.Helper()
	r := l.send("POST", "/tokens", map[string]any{"permissions": permissions, "description": "A token"}).want(202)
	reference, token = r.text("referenceNumber"), r.text("token")
	l.send("GET", "/tokens/"+reference, nil).want(200).is("status", "Pending")
	l.send("GET", "/tokens/"+reference, nil).want(200).is("status", "Active")
	return reference, token
}

// tokenBody is a login with a token.
func (h *harness) tokenBody(token string) map[string]any {
	h.t.Helper()
	key, id := h.publicKey(tokenEncryption)
	r := h.send("POST", "/auth/challenge", nil).want(200)
	return map[string]any{
		"challenge":         r.text("challenge"),
		"contextIdentifier": identifier{"Nip", nipA},
		"encryptedToken":    encrypt64(h.t, key, fmt.Sprintf("%s|%.0f", token, r.at("timestampMs"))),
		"publicKeyId":       id,
	}
}

func TestTokenLogin(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	reference, token := l.generate("InvoiceRead", "CredentialsRead")
	if !strings.HasPrefix(token, reference+"|nip-"+nipA+"|") || len(token) != 36+15+1+64 {
		t.Errorf("token %q", token)
	}
	for _, tt := range []struct {
		name string
		id   any
	}{{"with publicKeyId", ""}, {"null", nil}} {
		t.Run(tt.name, func(t *testing.T) {
			body := h.tokenBody(token)
			if tt.id == nil {
				body["publicKeyId"] = nil
			}
			body["authorizationPolicy"] = nil
			op := h.send("POST", "/auth/ksef-token", body).operation(h)
			op.status().is("authenticationMethod", "Token").is("authenticationMethodInfo.category", "Token")
			op.redeem(t, `["InvoiceRead","CredentialsRead"]`)
		})
	}
	l.send("GET", "/tokens/"+reference, nil).want(200).is("lastUseDate", "2026-03-14T15:09:26.5358979+00:00")
}

func (o operation) redeem(t *testing.T, permissions string) {
	t.Helper()
	r := o.send("POST", "/auth/token/redeem", nil).want(200)
	claims := inside(t, r.text("accessToken.token"))
	if claims["aum"] != "Token" || claims["per"] != permissions || claims["pep"] != permissions {
		t.Errorf("claims %v, want permissions %s", claims, permissions)
	}
}

// Everything that is wrong with a token shows in the status.
func TestTokenLoginFails(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	_, active := l.generate("InvoiceRead")
	revokedReference, revoked := l.generate("InvoiceRead")
	l.send("DELETE", "/tokens/"+revokedReference, nil).want(204)
	key, _ := h.publicKey(tokenEncryption)
	other, otherID := h.publicKey(symmetricEncryption)
	for _, tt := range []struct {
		name, token string
		change      func(body map[string]any)
		detail      string
	}{
		{"used challenge", active, func(b map[string]any) {
			h.send("POST", "/auth/ksef-token", b).want(202)
		}, "Nieprawidłowe wyzwanie autoryzacyjne"},
		{"expired challenge", active, func(map[string]any) { h.Advance(challengeLife) }, "Nieprawidłowe wyzwanie autoryzacyjne"},
		{"unknown token", strings.Repeat("0", 36) + "|nip-" + nipA + "|" + strings.Repeat("0", 64), nil, "Nieprawidłowy token"},
		{"altered token", active[:len(active)-1] + "x", nil, "Nieprawidłowy token"},
		{"no token", "", nil, "Nieprawidłowy token"},
		{"wrong time", active + "|1", nil, "Nieprawidłowy token"},
		{"other time", "", func(b map[string]any) { b["encryptedToken"] = encrypt64(t, key, active+"|1741964966535") }, "Nieprawidłowy czas tokena"},
		{"revoked", revoked, nil, "Token unieważniony"},
		{"not active yet", "", func(b map[string]any) {
			l := h.login(nipA, sealFor(t, nipA))
			pending := l.send("POST", "/tokens", map[string]any{"permissions": []string{"InvoiceRead"}, "description": "A token"}).want(202).text("token")
			maps.Copy(b, h.tokenBody(pending))
		}, "Token nieaktywny"},
		{"not for the key", "", func(b map[string]any) { b["encryptedToken"] = base64.StdEncoding.EncodeToString(make([]byte, 256)) }, "Nieprawidłowe szyfrowanie tokena"},
		{"other key without id", "", func(b map[string]any) {
			delete(b, "publicKeyId")
			b["encryptedToken"] = encrypt64(t, other, active+"|0")
		}, "Nieprawidłowe szyfrowanie tokena"},
		{"no time", "", func(b map[string]any) { b["encryptedToken"] = encrypt64(t, key, "abc") }, "Nieprawidłowe kodowanie tokena"},
		{"time is no number", "", func(b map[string]any) { b["encryptedToken"] = encrypt64(t, key, active) }, "Nieprawidłowe kodowanie tokena"},
		{"not UTF-8", "", func(b map[string]any) { b["encryptedToken"] = encrypt64(t, key, "\xff|1") }, "Nieprawidłowe kodowanie tokena"},
		{"other context", active, func(b map[string]any) { b["contextIdentifier"] = identifier{"Nip", nipB} }, "Token nie może być użyty w kontekście nip-" + nipB},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body := h.tokenBody(tt.token)
			if tt.change != nil {
				tt.change(body)
			}
			op := h.send("POST", "/auth/ksef-token", body).operation(h)
			op.outcome(450, tt.detail)
			op.status().is("status.description", "Uwierzytelnianie zakończone niepowodzeniem z powodu błędnego tokenu")
		})
	}
	t.Run("refused at once", func(t *testing.T) {
		for _, tt := range []struct {
			name   string
			change func(map[string]any)
			code   int
			detail string
		}{
			{"unknown challenge", func(b map[string]any) { b["challenge"] = "20260314-CR-226FB7B000-3ACF9BE4C0-10" }, 21111, ""},
			{"challenge", func(b map[string]any) { b["challenge"] = "short" }, 21405, "'challenge' must be 36 characters in length. You entered 5 characters."},
			{"no challenge", func(b map[string]any) { delete(b, "challenge") }, 21405, "'challenge' must not be empty."},
			{"no context", func(b map[string]any) { delete(b, "contextIdentifier") }, 21405, "'contextIdentifier.type' must not be empty."},
			{"kind of context", func(b map[string]any) { b["contextIdentifier"] = identifier{"Pesel", pesel} }, 21405, "'contextIdentifier.type' has a range of values which does not include 'Pesel'."},
			{"context", func(b map[string]any) { b["contextIdentifier"] = identifier{"Nip", "0123456789"} }, 21405, "'contextIdentifier.value' is not in the correct format."},
			{"base64", func(b map[string]any) { b["encryptedToken"] = "*" }, 21405, "'encryptedToken' is not in the correct format."},
			{"key id", func(b map[string]any) { b["publicKeyId"] = "abc" }, 21405, "'publicKeyId' must be 44 characters in length. You entered 3 characters."},
			{"unknown key", func(b map[string]any) { b["publicKeyId"] = strings.Repeat("A", 43) + "=" }, 21470, "Klucz o identyfikatorze " + strings.Repeat("A", 43) + "= nie jest wspierany."},
			{"key for something else", func(b map[string]any) { b["publicKeyId"] = otherID }, 21470, otherID},
			{"policy", func(b map[string]any) {
				b["authorizationPolicy"] = map[string]any{"allowedIps": map[string]any{"ip4Addresses": []string{"1.2.3.4", "256.1.1.1"}, "ip4Masks": []string{"10.0.0.0/33"}}}
			}, 21405, "'authorizationPolicy.allowedIps.ip4Addresses[1]' is not in the correct format."},
			{"long policy", func(b map[string]any) {
				b["authorizationPolicy"] = map[string]any{"allowedIps": map[string]any{"ip4Addresses": strings.Split(strings.Repeat("1.2.3.4,", 10)+"1.2.3.4", ",")}}
			}, 21405, "'authorizationPolicy.allowedIps.ip4Addresses' must contain 10 items or fewer. You entered 11 items."},
		} {
			t.Run(tt.name, func(t *testing.T) {
				h := h.sloppy()
				h.t = t
				body := h.tokenBody(active)
				tt.change(body)
				h.send("POST", "/auth/ksef-token", body).refused(tt.code, tt.detail)
			})
		}
	})
}

// A token carries no more than its author still has.
func TestTokenFollowsItsAuthor(t *testing.T) {
	h := newHarness(t, nil)
	h.makePerson(false, false)
	l := h.login(nipA, personFor(t, pesel))
	_, token := l.generate("InvoiceRead", "InvoiceWrite")
	h.send("POST", "/testdata/person/remove", map[string]any{"nip": nipA}).want(200)
	h.send("POST", "/auth/ksef-token", h.tokenBody(token)).operation(h).outcome(415, "Brak przypisanych uprawnień")
	h.send("POST", "/testdata/permissions", permissions(identifier{"Nip", nipA}, identifier{"Pesel", pesel}, "InvoiceWrite", "Introspection")).want(200)
	op := h.send("POST", "/auth/ksef-token", h.tokenBody(token)).operation(h)
	op.outcome(200)
	op.redeem(t, `["InvoiceWrite"]`)
}

func permissions(context, to identifier, list ...string) map[string]any {
	var items []map[string]any
	for _, p := range list {
		items = append(items, map[string]any{"permissionType": p, "description": "A permission"})
	}
	return map[string]any{"contextIdentifier": context, "authorizedIdentifier": to, "permissions": items}
}

// Revoking a token ends what was made with it.
func TestRevokedTokenEndsItsSessions(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	reference, token := l.generate("InvoiceRead")
	redeemed := h.send("POST", "/auth/ksef-token", h.tokenBody(token)).operation(h).redeemed()
	waiting := h.send("POST", "/auth/ksef-token", h.tokenBody(token)).operation(h)
	waiting.outcome(200)
	l.send("DELETE", "/tokens/"+reference, nil).want(204)
	waiting.send("POST", "/auth/token/redeem", nil).refused(21301, "Token KSeF został unieważniony.")
	h.bearer(redeemed.refresh).send("POST", "/auth/token/refresh", nil).refused(21301, "Token KSeF został unieważniony.")
	redeemed.send("GET", "/auth/sessions", nil).want(200) // good until it ends
}

func TestKeys(t *testing.T) {
	h := newHarness(t, nil)
	r := h.send("GET", "/security/public-key-certificates", nil).want(200).
		is("0.usage", "[KsefTokenEncryption]").is("1.usage", "[SymmetricKeyEncryption]").is("2", nil).
		is("0.validFrom", "2026-03-13T15:09:26.0000000+00:00").is("0.validTo", "2028-03-13T15:09:26.0000000+00:00")
	for _, i := range []string{"0", "1"} {
		der, err := base64.StdEncoding.DecodeString(r.text(i + ".certificate"))
		if err != nil {
			t.Fatal(err)
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		if key, ok := cert.PublicKey.(*rsa.PublicKey); !ok || key.N.BitLen() != 2048 {
			t.Errorf("key %T", cert.PublicKey)
		}
		if !strings.Contains(cert.Subject.CommonName, "SANDBOX") || !strings.Contains(cert.Issuer.CommonName, "SANDBOX") {
			t.Errorf("subject %s, issuer %s do not say SANDBOX", cert.Subject, cert.Issuer)
		}
		sum := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
		r.is(i+".publicKeyId", base64.StdEncoding.EncodeToString(sum[:]))
		sum = sha256.Sum256(der)
		r.is(i+".certificateId", base64.StdEncoding.EncodeToString(sum[:]))
	}
	if again := h.send("GET", "/security/public-key-certificates", nil); string(again.body) != string(r.body) {
		t.Error("the keys change by themselves")
	}
	t.Run("expired", func(t *testing.T) {
		h.Advance(2 * 366 * 24 * time.Hour)
		again := h.send("GET", "/security/public-key-certificates", nil).want(200).is("2", nil)
		if again.text("0.publicKeyId") == r.text("0.publicKeyId") {
			t.Error("an expired key is published")
		}
	})
}

func TestRotateKeys(t *testing.T) {
	h := newHarness(t, nil)
	_, token := h.login(nipA, sealFor(t, nipA)).generate("InvoiceRead")
	planned := h.tokenBody(token)
	if err := h.RotateKeys(time.Minute); err != nil {
		t.Fatal(err)
	}
	h.send("GET", "/security/public-key-certificates", nil).is("3.usage", "[SymmetricKeyEncryption]").is("4", nil)
	h.send("POST", "/auth/ksef-token", planned).operation(h).outcome(200)
	h.Advance(time.Minute)
	h.send("GET", "/security/public-key-certificates", nil).is("2", nil)
	late := h.tokenBody(token)
	late["publicKeyId"] = planned["publicKeyId"]
	h.send("POST", "/auth/ksef-token", late).refused(21470)

	emergency := h.tokenBody(token)
	if err := h.RotateKeys(0); err != nil {
		t.Fatal(err)
	}
	h.send("POST", "/auth/ksef-token", emergency).refused(21470)
	delete(emergency, "publicKeyId")
	h.send("POST", "/auth/ksef-token", emergency).operation(h).outcome(450, "Nieprawidłowe szyfrowanie tokena")
}
