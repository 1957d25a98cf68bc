package sandbox

import (
	"fmt"
	"strings"
	"sync"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/xmltree"
)

// The namespaces of AuthTokenRequest. The two versions differ in the patterns of the IP policy, and
// those of 2.0 admit nothing when taken by the letter, so 2.1's hold for both.
const (
	authNamespace20 = "http://ksef.mf.gov.pl/auth/token/2.0"
	authNamespace21 = "http://ksef.mf.gov.pl/auth/token/2.1"
)

// rootName is the document's root element.
const rootName = "AuthTokenRequest"

// authRequest is what an AuthTokenRequest document says.
type authRequest struct {
	challenge     string
	context       identifier
	byFingerprint bool
	policy        *ipPolicy
}

// parseAuthRequest reads a document after the ministry's schema. A signature at the end of the root
// element, which is not part of the schema, is passed over. Its error is a schemaViolation unless the
// document is not well-formed.
func parseAuthRequest(doc []byte) (*authRequest, error) {
	tree, err := xmltree.Parse(doc)
	if err != nil {
		return nil, err
	}
	root := tree.Root()
	if root.Local != rootName || root.NS != authNamespace20 && root.NS != authNamespace21 {
		return nil, schemaViolation(fmt.Sprintf("The '%s' element is not declared.", qualified(root.NS, root.Local)))
	}
	r := schemaReader{req: new(authRequest), namespace: root.NS}
	if err := r.element(root, authSchema()); err != nil {
		return nil, err
	}
	return r.req, nil
}

// authSchema is the content model of AuthTokenRequest.
var authSchema = sync.OnceValue(func() *particle {
	context := func(name string, kind ksef.Kind, typ string) *particle {
		return &particle{name: name, min: 0, max: 1, typ: typ, check: func(req *authRequest, s string) string {
			req.context = identifier{kind, s}
			return pattern(req.context.wellFormed())
		}}
	}
	allowed := func(name string, list func(*ipPolicy) *[]string, valid func(string) bool) *particle {
		return &particle{name: name, min: 0, max: maxAllowed, collapse: true, typ: "Token", check: func(req *authRequest, s string) string {
			l := list(req.policy)
			*l = append(*l, s)
			return pattern(valid(s))
		}}
	}
	return &particle{name: rootName, children: []*particle{
		{name: "Challenge", min: 1, max: 1, collapse: true, typ: "Token", check: func(req *authRequest, s string) string {
			req.challenge = s
			if len(s) != 36 {
				return "The actual length is not equal to the specified length."
			}
			return pattern(isReference(s, kindChallenge))
		}},
		{name: "ContextIdentifier", min: 1, max: 1, choice: true, children: []*particle{
			context("Nip", ksef.KindNIP, "TNIP"),
			context("InternalId", ksef.KindInternalID, "TIID"),
			context("NipVatUe", ksef.KindVATUE, "TNipVatUE"),
			context("PeppolId", ksef.KindPeppolID, "TPeppolId"),
		}},
		{name: "SubjectIdentifierType", min: 1, max: 1, collapse: true, typ: "SubjectIdentifierTypeEnum", check: func(req *authRequest, s string) string {
			req.byFingerprint = s == "certificateFingerprint"
			if req.byFingerprint || s == "certificateSubject" {
				return ""
			}
			return "The Enumeration constraint failed."
		}},
		{name: "AuthorizationPolicy", min: 0, max: 1, children: []*particle{
			{name: "AllowedIps", min: 1, max: 1, open: func(req *authRequest) { req.policy = new(ipPolicy) }, children: []*particle{
				allowed("Ip4Address", func(p *ipPolicy) *[]string { return &p.Addresses }, isIP4),
				allowed("Ip4Range", func(p *ipPolicy) *[]string { return &p.Ranges }, isIP4Range),
				allowed("Ip4Mask", func(p *ipPolicy) *[]string { return &p.Masks }, isIP4Mask),
			}},
		}},
	}}
})

func pattern(matches bool) string {
	if matches {
		return ""
	}
	return "The Pattern constraint failed."
}

// isReference is the pattern \d{8}-kind-[A-F0-9]{10}-[A-F0-9]{10}-[A-F0-9]{2}.
func isReference(s, kind string) bool {
	p := strings.Split(s, "-")
	hex := func(s string, n int) bool { return len(s) == n && strings.Trim(s, "0123456789ABCDEF") == "" }
	return len(p) == 5 && isDigits(p[0], 8) && p[1] == kind && hex(p[2], 10) && hex(p[3], 10) && hex(p[4], 2)
}
