package ksef

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/netip"
	"slices"
)

// AuthSchema is a version of the AuthTokenRequest schema.
type AuthSchema string

// The versions KSeF accepts. They differ in the IP policy only, whose patterns
// in 2.0 no schema processor can satisfy.
const (
	AuthSchema20 AuthSchema = "2.0"
	AuthSchema21 AuthSchema = "2.1"
)

// IPPolicy is the set of IPv4 addresses from which tokens may be used: the
// union of the three lists, of at most ten entries each.
type IPPolicy struct {
	Addresses []netip.Addr
	Ranges    []IPRange
	Networks  []netip.Prefix
}

// IPRange is all addresses from From to To, both included.
type IPRange struct{ From, To netip.Addr }

// Document returns the AuthTokenRequest that proves possession over ch for the
// given context, without a signature: for a signature made elsewhere, such as
// by Profil Zaufany. Sign it as enveloped XAdES and hand it to
// [Authentication.SubmitXAdES].
func (ch *Challenge) Document(in ContextID, opts *AuthOptions) ([]byte, error) {
	schema, policy, err := checkDocument(in, opts)
	if err != nil {
		return nil, err
	}
	subject := "certificateSubject"
	if opts != nil && opts.ByFingerprint {
		subject = "certificateFingerprint"
	}
	id := in.identifier()
	var b bytes.Buffer
	b.Grow(512) // as much as it mostly is
	b.WriteString(xml.Header)
	fmt.Fprintf(&b, `<AuthTokenRequest xmlns="http://ksef.mf.gov.pl/auth/token/%s">`, schema)
	element(&b, "Challenge", ch.Challenge)
	b.WriteString("<ContextIdentifier>")
	element(&b, string(id.Kind), id.Value)
	b.WriteString("</ContextIdentifier>")
	element(&b, "SubjectIdentifierType", subject)
	if w := policy.wire(); w != nil {
		b.WriteString("<AuthorizationPolicy><AllowedIps>")
		for _, list := range []struct {
			name   string
			values []string
		}{{"Ip4Address", w.AllowedIPs.Addresses}, {"Ip4Range", w.AllowedIPs.Ranges}, {"Ip4Mask", w.AllowedIPs.Masks}} {
			for _, v := range list.values {
				element(&b, list.name, v)
			}
		}
		b.WriteString("</AllowedIps></AuthorizationPolicy>")
	}
	b.WriteString("</AuthTokenRequest>")
	return b.Bytes(), nil
}

// checkDocument refuses what no AuthTokenRequest can be made of.
func checkDocument(in ContextID, opts *AuthOptions) (schema AuthSchema, policy *IPPolicy, err error) {
	if err := checkContext(in); err != nil {
		return "", nil, err
	}
	if policy, err = opts.policy(); err != nil {
		return "", nil, err
	}
	schema = AuthSchema21
	if opts != nil && opts.Schema != "" {
		schema = opts.Schema
	}
	if schema != AuthSchema20 && schema != AuthSchema21 {
		return "", nil, fmt.Errorf("ksef: unknown schema %q of AuthTokenRequest: want %s or %s", schema, AuthSchema20, AuthSchema21)
	}
	return schema, policy, nil
}

func element(b *bytes.Buffer, name, text string) {
	b.WriteString("<" + name + ">")
	_ = xml.EscapeText(b, []byte(text)) // a bytes.Buffer takes everything
	b.WriteString("</" + name + ">")
}

// checkContext reports what no environment could take for a context.
func checkContext(in ContextID) error {
	kinds := []Kind{KindNIP, KindInternalID, KindVATUE, KindPeppolID}
	if in == nil {
		return &IdentifierError{"context", "", "want a NIP, InternalID, VATUE or PeppolID"}
	}
	id := in.identifier()
	if !slices.Contains(kinds, id.Kind) {
		return &IdentifierError{"context", id.Value, fmt.Sprintf("a %q cannot be one: want a NIP, InternalID, VATUE or PeppolID", id.Kind)}
	}
	return checkIdentifier(id)
}

// policyOnWire is an authorisation policy as KSeF takes it.
type policyOnWire struct {
	AllowedIPs struct {
		Addresses []string `json:"ip4Addresses,omitempty"`
		Ranges    []string `json:"ip4Ranges,omitempty"`
		Masks     []string `json:"ip4Masks,omitempty"`
	} `json:"allowedIps"`
}

// policy returns the checked policy, nil for none.
func (o *AuthOptions) policy() (*IPPolicy, error) {
	if o == nil || o.Policy == nil {
		return nil, nil
	}
	p := o.Policy
	const most = 10
	n := max(len(p.Addresses), len(p.Ranges), len(p.Networks))
	if n == 0 || n > most {
		// KSeF does not say whether an empty policy allows all or nothing.
		return nil, fmt.Errorf("ksef: IP policy: want 1 to %d entries in a list, got %d", most, n)
	}
	for _, a := range p.Addresses {
		if !a.Is4() {
			return nil, fmt.Errorf("ksef: IP policy: %q is not an IPv4 address", a)
		}
	}
	for _, r := range p.Ranges {
		if !r.From.Is4() || !r.To.Is4() || r.To.Less(r.From) {
			return nil, fmt.Errorf("ksef: IP policy: \"%v-%v\" is not a range of IPv4 addresses", r.From, r.To)
		}
	}
	for _, m := range p.Networks {
		if !m.IsValid() || !m.Addr().Is4() {
			return nil, fmt.Errorf("ksef: IP policy: %q is not an IPv4 network", m)
		}
	}
	return p, nil
}

func (p *IPPolicy) wire() *policyOnWire {
	if p == nil {
		return nil
	}
	w := new(policyOnWire)
	for _, a := range p.Addresses {
		w.AllowedIPs.Addresses = append(w.AllowedIPs.Addresses, a.String())
	}
	for _, r := range p.Ranges {
		w.AllowedIPs.Ranges = append(w.AllowedIPs.Ranges, r.From.String()+"-"+r.To.String())
	}
	for _, m := range p.Networks {
		w.AllowedIPs.Masks = append(w.AllowedIPs.Masks, m.Masked().String())
	}
	return w
}
