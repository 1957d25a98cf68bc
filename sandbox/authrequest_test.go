package sandbox

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/ksef-go/ksef"
)

const aChallenge = "20260314-CR-226FB7B000-3ACF9BE4C0-10"

// wrapped is a document with the given content.
func wrapped(content string) string {
	return `<AuthTokenRequest xmlns="` + authNamespace21 + `">` + content + `</AuthTokenRequest>`
}

func TestParseAuthRequest(t *testing.T) {
	const head, tail = "<Challenge>" + aChallenge + "</Challenge><ContextIdentifier><Nip>5261040828</Nip></ContextIdentifier>", "<SubjectIdentifierType>certificateSubject</SubjectIdentifierType>"
	context := func(kind, value string) string {
		return "<Challenge>" + aChallenge + "</Challenge><ContextIdentifier><" + kind + ">" + value + "</" + kind + "></ContextIdentifier>" + tail
	}
	request := func(kind ksef.Kind, value string) *authRequest {
		return &authRequest{challenge: aChallenge, context: identifier{kind, value}}
	}
	for name, tt := range map[string]struct {
		doc  string
		want *authRequest
	}{
		"plain":            {wrapped(head + tail), request("Nip", "5261040828")},
		"older":            {strings.Replace(wrapped(head+tail), "2.1", "2.0", 1), request("Nip", "5261040828")},
		"prefix":           {strings.NewReplacer("</", "</a:", "<", "<a:", "xmlns=", "xmlns:a=").Replace(wrapped(head + tail)), request("Nip", "5261040828")},
		"unit":             {wrapped(context("InternalId", "5261040828-12345")), request("InternalId", "5261040828-12345")},
		"EU taxpayer":      {wrapped(context("NipVatUe", "5261040828-XIGD123")), request("NipVatUe", "5261040828-XIGD123")},
		"provider":         {wrapped(context("PeppolId", "PPL123456")), request("PeppolId", "PPL123456")},
		"fingerprint":      {wrapped(head + strings.Replace(tail, "Subject<", "Fingerprint<", 1)), &authRequest{aChallenge, identifier{"Nip", "5261040828"}, true, nil}},
		"white space":      {"\n" + wrapped("\n "+strings.ReplaceAll(head+tail, "><", ">\n\t<")+"\r\n"), request("Nip", "5261040828")},
		"token collapses":  {wrapped(strings.NewReplacer("<Challenge>", "<Challenge>\n ", "</SubjectIdentifierType>", " </SubjectIdentifierType>").Replace(head + tail)), request("Nip", "5261040828")},
		"comment in value": {wrapped(strings.Replace(head, "5261", "52<!-- -->61", 1) + tail), request("Nip", "5261040828")},
		"comments around":  {"<!-- a --><?b?>" + wrapped("<!-- c -->"+head+"<?d?>"+tail) + "<!-- e -->", request("Nip", "5261040828")},
		"schema location":  {strings.Replace(wrapped(head+tail), "xmlns=", `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b" xmlns=`, 1), request("Nip", "5261040828")},
		"signature":        {wrapped(head + tail + `<Signature xmlns="` + dsig + `"><Any>thing</Any></Signature>`), request("Nip", "5261040828")},
		"no policy":        {wrapped(head + tail + "<AuthorizationPolicy><AllowedIps/></AuthorizationPolicy>"), &authRequest{aChallenge, identifier{"Nip", "5261040828"}, false, &ipPolicy{}}},
		"policy": {wrapped(head + tail + "<AuthorizationPolicy><AllowedIps><Ip4Address>1.2.3.4</Ip4Address><Ip4Address> 0.0.0.0 </Ip4Address>" +
			"<Ip4Mask>10.0.0.0/8</Ip4Mask></AllowedIps></AuthorizationPolicy>"),
			&authRequest{aChallenge, identifier{"Nip", "5261040828"}, false, &ipPolicy{Addresses: []string{"1.2.3.4", "0.0.0.0"}, Masks: []string{"10.0.0.0/8"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parseAuthRequest([]byte(tt.doc))
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%+v, %v, want %+v", got, err, tt.want)
			}
		})
	}
}

func TestParseAuthRequestRefuses(t *testing.T) {
	const ns, in = authNamespace21, " in namespace '" + authNamespace21 + "'"
	const challenge, context, subject = "<Challenge>" + aChallenge + "</Challenge>", "<ContextIdentifier><Nip>5261040828</Nip></ContextIdentifier>", "<SubjectIdentifierType>certificateSubject</SubjectIdentifierType>"
	value := func(element, value, typ, failed string) string {
		return "The '" + ns + ":" + element + "' element is invalid - The value '" + value + "' is invalid according to its datatype '" + typ + "' - The " + failed
	}
	policy := func(list string) string {
		return challenge + context + subject + "<AuthorizationPolicy><AllowedIps>" + list + "</AllowedIps></AuthorizationPolicy>"
	}
	const constraint = " constraint failed."
	for _, tt := range []struct{ name, doc, want string }{
		{"other root", "<Other/>", "The 'Other' element is not declared."},
		{"other namespace", strings.Replace(wrapped(""), "2.1", "3.0", 1), "The 'http://ksef.mf.gov.pl/auth/token/3.0:AuthTokenRequest' element is not declared."},
		{"enveloping", `<Signature xmlns="` + dsig + `"/>`, string(envelopingRoot)},
		{"empty", wrapped(""), "The element 'AuthTokenRequest'" + in + " has incomplete content. List of possible elements expected: 'Challenge'" + in + "."},
		{"text", wrapped("a" + challenge), "The element 'AuthTokenRequest'" + in + " cannot contain text. List of possible elements expected: 'Challenge'" + in + "."},
		{"order", wrapped(context + challenge), "The element 'AuthTokenRequest'" + in + " has invalid child element 'ContextIdentifier'" + in + ". List of possible elements expected: 'Challenge'" + in + "."},
		{"twice", wrapped(challenge + challenge), "The element 'AuthTokenRequest'" + in + " has invalid child element 'Challenge'" + in + ". List of possible elements expected: 'ContextIdentifier'" + in + "."},
		{"no subject", wrapped(challenge + context), "The element 'AuthTokenRequest'" + in + " has incomplete content. List of possible elements expected: 'SubjectIdentifierType'" + in + "."},
		{"more", wrapped(challenge + context + subject + "<More/>"), "The element 'AuthTokenRequest'" + in + " has invalid child element 'More'" + in + ". List of possible elements expected: 'AuthorizationPolicy'" + in + "."},
		{"child of another namespace", wrapped(`<Challenge xmlns="urn:x">` + aChallenge + "</Challenge>"), "The element 'AuthTokenRequest'" + in + " has invalid child element 'Challenge' in namespace 'urn:x'. List of possible elements expected: 'Challenge'" + in + "."},
		{"attribute", strings.Replace(wrapped(challenge+context+subject), "<Challenge>", `<Challenge a="1">`, 1), "The 'a' attribute is not declared."},
		{"signature too early", wrapped(`<Signature xmlns="` + dsig + `"/>` + challenge + context + subject), "The element 'AuthTokenRequest'" + in + " has invalid child element 'Signature' in namespace '" + dsig + "'. List of possible elements expected: 'Challenge'" + in + "."},
		{"behind the signature", wrapped(challenge + context + subject + `<Signature xmlns="` + dsig + `"/>` + "<AuthorizationPolicy/>"), "The element 'AuthTokenRequest'" + in + " has invalid child element 'AuthorizationPolicy'" + in + "."},
		{"short challenge", wrapped("<Challenge>abc</Challenge>"), value("Challenge", "abc", "Token", "actual length is not equal to the specified length.")},
		{"lower-case challenge", wrapped("<Challenge>" + strings.ToLower(aChallenge) + "</Challenge>"), value("Challenge", strings.ToLower(aChallenge), "Token", "Pattern"+constraint)},
		{"element in a value", wrapped("<Challenge><b/></Challenge>"), "The element 'Challenge'" + in + " cannot contain child element 'b'" + in + " because the parent element's content model is text only."},
		{"no context", wrapped(challenge + "<ContextIdentifier/>"), "The element 'ContextIdentifier'" + in + " has incomplete content. List of possible elements expected: 'Nip, InternalId, NipVatUe, PeppolId'" + in + "."},
		{"two contexts", wrapped(challenge + "<ContextIdentifier><Nip>5261040828</Nip><Nip>5261040828</Nip></ContextIdentifier>"), "The element 'ContextIdentifier'" + in + " has invalid child element 'Nip'" + in + "."},
		{"NIP", wrapped(challenge + "<ContextIdentifier><Nip>5001040828</Nip></ContextIdentifier>"), value("Nip", "5001040828", "TNIP", "Pattern"+constraint)},
		{"NIP does not collapse", wrapped(challenge + "<ContextIdentifier><Nip> 5261040828</Nip></ContextIdentifier>"), value("Nip", " 5261040828", "TNIP", "Pattern"+constraint)},
		{"unit", wrapped(challenge + "<ContextIdentifier><InternalId>5261040828-1234</InternalId></ContextIdentifier>"), value("InternalId", "5261040828-1234", "TIID", "Pattern"+constraint)},
		{"EU taxpayer", wrapped(challenge + "<ContextIdentifier><NipVatUe>5261040828-DE123456789012</NipVatUe></ContextIdentifier>"), value("NipVatUe", "5261040828-DE123456789012", "TNipVatUE", "Pattern"+constraint)},
		{"provider", wrapped(challenge + "<ContextIdentifier><PeppolId>PPL12345</PeppolId></ContextIdentifier>"), value("PeppolId", "PPL12345", "TPeppolId", "Pattern"+constraint)},
		{"subject", wrapped(challenge + context + "<SubjectIdentifierType>me</SubjectIdentifierType>"), value("SubjectIdentifierType", "me", "SubjectIdentifierTypeEnum", "Enumeration"+constraint)},
		{"no addresses", wrapped(challenge + context + subject + "<AuthorizationPolicy/>"), "The element 'AuthorizationPolicy'" + in + " has incomplete content. List of possible elements expected: 'AllowedIps'" + in + "."},
		{"address", wrapped(policy("<Ip4Address>01.2.3.4</Ip4Address>")), value("Ip4Address", "01.2.3.4", "Token", "Pattern"+constraint)},
		{"IPv6", wrapped(policy("<Ip4Address>::1</Ip4Address>")), value("Ip4Address", "::1", "Token", "Pattern"+constraint)},
		{"range", wrapped(policy("<Ip4Range>1.2.3.4 - 1.2.3.5</Ip4Range>")), value("Ip4Range", "1.2.3.4 - 1.2.3.5", "Token", "Pattern"+constraint)},
		{"mask", wrapped(policy("<Ip4Mask>1.2.3.4/33</Ip4Mask>")), value("Ip4Mask", "1.2.3.4/33", "Token", "Pattern"+constraint)},
		{"order of addresses", wrapped(policy("<Ip4Mask>1.2.3.4/32</Ip4Mask><Ip4Address>1.2.3.4</Ip4Address>")), "The element 'AllowedIps'" + in + " has invalid child element 'Ip4Address'" + in + ". List of possible elements expected: 'Ip4Mask'" + in + "."},
		{"eleven addresses", wrapped(policy(strings.Repeat("<Ip4Address>1.2.3.4</Ip4Address>", 11))), "The element 'AllowedIps'" + in + " has invalid child element 'Ip4Address'" + in + ". List of possible elements expected: 'Ip4Range, Ip4Mask'" + in + "."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseAuthRequest([]byte(tt.doc))
			if got != nil || err == nil || err.Error() != tt.want {
				t.Errorf("%+v\n got %v\nwant %s", got, err, tt.want)
			}
		})
	}
	for _, doc := range []string{"", "abc", "<AuthTokenRequest", wrapped(challenge)[:100], wrapped(challenge+context+subject) + "<"} {
		got, err := parseAuthRequest([]byte(doc))
		if _, ok := errors.AsType[schemaViolation](err); got != nil || err == nil || ok {
			t.Errorf("%q: %+v, %v", doc, got, err)
		}
	}
}

func TestIdentifierForms(t *testing.T) {
	for _, tt := range []struct {
		kind      ksef.Kind
		good, bad []string
	}{
		{ksef.KindNIP, []string{"5261040828", "1010000000", "1100000000"}, []string{"", "0261040828", "1001234567", "526104082", "52610408280", "526104082x", "526104082٣"}},
		{ksef.KindPESEL, []string{"88102341294", "02210112345", "99929999999"}, []string{"88002341294", "88132341294", "8810234129", "8833234129a"}},
		{ksef.KindInternalID, []string{"5261040828-12345"}, []string{"5261040828", "5261040828-1234", "5261040828-123456", "0261040828-12345"}},
		{ksef.KindPeppolID, []string{"PPL123456"}, []string{"PPL12345", "ppl123456", "XPL123456", "PP1123456", "PPL123456\n"}},
		{ksef.KindFingerprint, []string{strings.Repeat("A0", 32)}, []string{strings.Repeat("a0", 32), "A0"}},
		{ksef.KindVATUE, []string{
			"5261040828-ATU12345678", "5261040828-BE0123456789", "5261040828-BG123456789", "5261040828-BG1234567890", "5261040828-CY12345678A",
			"5261040828-CZ12345678", "5261040828-CZ1234567890", "5261040828-DE123456789", "5261040828-DK12345678", "5261040828-EE123456789",
			"5261040828-EL123456789", "5261040828-ESA12345678", "5261040828-ES12345678A", "5261040828-ESA1234567B", "5261040828-FI12345678",
			"5261040828-FRAB123456789", "5261040828-HR12345678901", "5261040828-HU12345678", "5261040828-IE1234567AB", "5261040828-IE1+23456A",
			"5261040828-IT12345678901", "5261040828-LT123456789", "5261040828-LT123456789012", "5261040828-LU12345678", "5261040828-LV12345678901",
			"5261040828-MT12345678", "5261040828-NLAB+*56789012", "5261040828-PT123456789", "5261040828-RO12", "5261040828-RO1234567890",
			"5261040828-SE123456789012", "5261040828-SI12345678", "5261040828-SK1234567890", "5261040828-XI123456789", "5261040828-XI123456789012",
			"5261040828-XIGD123", "5261040828-XIHA123"},
			[]string{"5261040828-AT12345678", "5261040828-BE2123456789", "5261040828-PL5261040828", "5261040828-RO1", "5261040828-XIGB123", "5261040828-DE1234567890",
				"526104082-DE123456789", "5261040828-de123456789", "5261040828", "5261040828-DE123456789\n"}},
		{"Other", nil, []string{"5261040828"}},
	} {
		for _, s := range tt.good {
			if !(identifier{tt.kind, s}).wellFormed() {
				t.Errorf("%s %q is refused", tt.kind, s)
			}
		}
		for _, s := range tt.bad {
			if (identifier{tt.kind, s}).wellFormed() {
				t.Errorf("%s %q is taken", tt.kind, s)
			}
		}
	}
}

func FuzzParseAuthRequest(f *testing.F) {
	f.Add([]byte(wrapped("<Challenge>" + aChallenge + "</Challenge><ContextIdentifier><Nip>5261040828</Nip></ContextIdentifier><SubjectIdentifierType>certificateSubject</SubjectIdentifierType>")))
	f.Add([]byte(wrapped("<AuthorizationPolicy><AllowedIps><Ip4Range>1.2.3.4-1.2.3.5</Ip4Range></AllowedIps></AuthorizationPolicy>")))
	f.Fuzz(func(t *testing.T, doc []byte) {
		req, err := parseAuthRequest(doc)
		if (req == nil) == (err == nil) {
			t.Fatalf("%+v, %v", req, err)
		}
		if err != nil {
			return
		}
		if !isReference(req.challenge, kindChallenge) || !req.context.wellFormed() {
			t.Fatalf("%+v", req)
		}
		if p := req.policy; p != nil && (len(p.Addresses) > maxAllowed || len(p.Ranges) > maxAllowed || len(p.Masks) > maxAllowed) {
			t.Fatalf("%+v", p)
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add(cursor{List: "tokens", Reference: "x"}.token())
	f.Add("e30=")
	f.Fuzz(func(t *testing.T, token string) {
		if c, ok := parseCursor(token, "tokens"); ok && (c.List != "tokens" || c.Reference == "" || c.At.IsZero()) {
			t.Fatalf("%q: %+v", token, c)
		}
	})
}
