package xades

import (
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// The attacks of this file need no key: somebody takes a signed document and changes it.

// refused checks that Verify refuses a document for the right reason.
func refused(t *testing.T, doc string, want Check) *Error {
	t.Helper()
	got, err := Verify([]byte(doc), nil)
	if err == nil {
		t.Fatalf("accepted, signed: %s\nin\n%s", got.Signed, doc)
	}
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Check != want || !errors.Is(err, want) {
		t.Fatalf("got %v, want %q", err, want)
	}
	return e
}

// victim is a signed request.
func victim(t *testing.T) string { return string(complete(t, enveloped, load(t, "rsa"))) }

// cut returns the piece of s from the first of the strings to the end of the second.
func cut(s, from, to string) string {
	i := strings.Index(s, from)
	return s[i : i+strings.Index(s[i:], to)+len(to)]
}

const (
	evil = "1111111111"

	// rooted is the start tag of the signed root: its namespaces are part of ds:SignedInfo, too, where
	// the canonicalization is not exclusive.
	rooted = `<AuthTokenRequest xmlns="http://ksef.mf.gov.pl/auth/token/2.1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`
)

func TestAttackContentChanged(t *testing.T) {
	err := refused(t, edit(victim(t), "5265877635</Nip>", evil+"</Nip>"), CheckDigest)
	if len(err.Want) != 44 || len(err.Got) != 44 || err.Want == err.Got || !strings.Contains(err.Error(), err.Want) || err.Element != "ds:Reference 1" {
		t.Errorf("the error does not say what was expected and found: %v", err)
	}
}

func TestAttackPropertiesChanged(t *testing.T) {
	err := refused(t, edit(victim(t), "2026-12-01T12:00:00Z", "2027-12-01T12:00:00Z"), CheckDigest)
	if err.Element != "ds:Reference 2" {
		t.Errorf("%v", err)
	}
}

func TestAttackSignedInfoChanged(t *testing.T) {
	v := victim(t)
	digest := cut(v, "<ds:DigestValue>", "</ds:DigestValue>")
	refused(t, strings.Replace(v, digest, "<ds:DigestValue>"+strings.Repeat("A", 43)+"=</ds:DigestValue>", 1), CheckSignatureValue)
}

// Where a digest was changed and nothing else, the error names it and says what it was.
func TestAttackDigestChanged(t *testing.T) {
	v := victim(t)
	digests := regexp.MustCompile("DigestValue>([^<]+)<").FindAllStringSubmatchIndex(cut(v, "<ds:SignedInfo", "</ds:SignedInfo>"), -1)
	if len(digests) != 2 {
		t.Fatalf("%d digests in ds:SignedInfo, want 2", len(digests))
	}
	for i, at := range digests {
		info := cut(v, "<ds:SignedInfo", "</ds:SignedInfo>")
		right := info[at[2]:at[3]]
		other := "A"
		if right[0] == 'A' {
			other = "B"
		}
		wrong := other + right[1:]
		doc := edit(v, info, info[:at[2]]+wrong+info[at[3]:])
		err := refused(t, doc, CheckSignatureValue)
		if want := fmt.Sprintf("ds:Reference %d ds:DigestValue", i+1); err.Element != want || err.Want != right || err.Got != wrong {
			t.Errorf("%v, want %s changed from %s to %s", err, want, right, wrong)
		}
		// That is not said of a digest of what changed, too.
		err = refused(t, edit(doc, "5265877635</Nip>", evil+"</Nip>"), CheckSignatureValue)
		if err.Element != "ds:SignatureValue" {
			t.Errorf("document and digest changed: %v", err)
		}
	}
}

func TestAttackTransformAdded(t *testing.T) {
	refused(t, edit(victim(t), uriEnveloped+`"/>`, uriEnveloped+`"/><ds:Transform Algorithm="`+uriExclusive+`"/>`), CheckSignatureValue)
}

func TestAttackMethodChanged(t *testing.T) {
	refused(t, edit(victim(t), rsa256, more2001+"rsa-sha512"), CheckSignatureValue)
	refused(t, edit(victim(t), rsa256, more2007+"sha256-rsa-MGF1"), CheckSignatureValue)
	refused(t, edit(victim(t), rsa256, ecdsa256), CheckKey)
}

// The certificate as the secret key of an HMAC, which everybody knows.
func TestAttackHMAC(t *testing.T) {
	refused(t, edit(victim(t), rsa256, more2001+"hmac-sha256"), CheckAlgorithm)
	refused(t, edit(victim(t), rsa256, dsig+"hmac-sha1"), CheckAlgorithm)
}

func TestAttackOtherCertificate(t *testing.T) {
	v := victim(t)
	mine, theirs := encode(load(t, "rsa").Certificate[0]), encode(load(t, "issued").Certificate[0])
	err := refused(t, edit(v, mine, theirs), CheckCertificateDigest)
	if len(err.Want) != 44 || len(err.Got) != 44 {
		t.Errorf("%v", err)
	}
	// … with the digest adapted, which is signed
	refused(t, string(complete(t, edit(enveloped, "CERTIFICATE", theirs), load(t, "rsa"))), CheckCertificateDigest)
	refused(t, edit(v, mine, theirs, certify("FINGERPRINT", load(t, "rsa")), certify("FINGERPRINT", load(t, "issued"))), CheckSignatureValue)
}

// Both certificates are there: the one that signed, and the one that the signed properties name.
func TestAttackSignerIsNotTheNamedCertificate(t *testing.T) {
	both := edit(enveloped, "<ds:X509Certificate>", "<ds:X509Certificate>"+encode(load(t, "issued").Certificate[0])+"</ds:X509Certificate><ds:X509Certificate>",
		"FINGERPRINT", certify("FINGERPRINT", load(t, "issued")))
	refused(t, string(complete(t, both, load(t, "rsa"))), CheckSignatureValue)
}

// Signature wrapping: the signed document moves to where its reader does not look.

func TestAttackWrappedInNewRoot(t *testing.T) {
	v := victim(t)
	refused(t, rooted+evil+v+"</AuthTokenRequest>", CheckPackaging)
	sig := cut(v, "<ds:Signature ", "</ds:Signature>")
	refused(t, rooted+evil+strings.Replace(v, sig, "", 1)+sig+"</AuthTokenRequest>", CheckDigest)
}

func TestAttackWrappedRootByID(t *testing.T) {
	byID := edit(enveloped, `URI=""`, `URI="#O"`, "<AuthTokenRequest", `<AuthTokenRequest Id="O"`)
	v := string(complete(t, byID, load(t, "rsa")))
	sig := cut(v, "<ds:Signature ", "</ds:Signature>")
	original := strings.Replace(v, sig, "", 1)
	for name, doc := range map[string]string{
		"beside the signature":     rooted + evil + original + sig + "</AuthTokenRequest>",
		"in an object":             rooted + evil + edit(sig, "</ds:Signature>", "<ds:Object>"+original+"</ds:Object></ds:Signature>") + "</AuthTokenRequest>",
		"in the properties object": rooted + evil + edit(sig, "</xades:QualifyingProperties>", "</xades:QualifyingProperties>"+original) + "</AuthTokenRequest>",
		"in the properties":        rooted + evil + edit(sig, "</xades:QualifyingProperties>", original+"</xades:QualifyingProperties>") + "</AuthTokenRequest>",
		"in unsigned properties": rooted + evil + edit(sig, "</xades:QualifyingProperties>",
			"<xades:UnsignedProperties>"+original+"</xades:UnsignedProperties></xades:QualifyingProperties>") + "</AuthTokenRequest>",
		"in the key information": rooted + evil + edit(sig, "</ds:KeyInfo>", original+"</ds:KeyInfo>") + "</AuthTokenRequest>",
		"in the signature":       rooted + evil + edit(sig, "</ds:SignedInfo>", "</ds:SignedInfo>"+original) + "</AuthTokenRequest>",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Verify([]byte(doc), nil)
			if !errors.Is(err, CheckReference) && !errors.Is(err, CheckStructure) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A root of the attacker's with the id of the signed one.
func TestAttackDuplicateID(t *testing.T) {
	byID := edit(enveloped, `URI=""`, `URI="#O"`, "<AuthTokenRequest", `<AuthTokenRequest Id="O"`)
	v := string(complete(t, byID, load(t, "rsa")))
	for _, attribute := range []string{"Id", "ID", "id", "iD", "xml:id"} {
		refused(t, `<AuthTokenRequest `+attribute+`="O">`+v+`</AuthTokenRequest>`, CheckID)
		refused(t, edit(v, "<Challenge>", `<Challenge `+attribute+`="P">`), CheckID)
		refused(t, edit(v, "<Challenge>", `<Challenge `+attribute+`=" P&#10;">`), CheckID)
	}
	refused(t, edit(v, `Id="P"`, `Id="P" ID="P"`), CheckID)
}

// The signed properties stay signed, elsewhere, and new ones take their place.
func TestAttackPropertiesMoved(t *testing.T) {
	v := victim(t)
	original := cut(v, "<xades:SignedProperties", "</xades:SignedProperties>")
	forged := edit(original, `Id="P"`, `Id="Q"`, "2026-12-01", "2027-12-01")
	moved := edit(v, original, forged)
	namespaces := ` xmlns:xades="` + etsi + `" xmlns:ds="` + dsig + `"`
	declared := edit(original, "<xades:SignedProperties", "<xades:SignedProperties"+namespaces)
	refused(t, edit(moved, "<Challenge>", declared+"<Challenge>"), CheckReference)
	refused(t, edit(moved, "</ds:Object>", "</ds:Object><ds:Object>"+declared+"</ds:Object>"), CheckStructure)
	refused(t, edit(moved, forged, forged+declared), CheckStructure)
	refused(t, edit(moved, "</xades:QualifyingProperties>", "</xades:QualifyingProperties><xades:QualifyingProperties xmlns:xades='"+etsi+"'>"+original+"</xades:QualifyingProperties>"), CheckStructure)
	refused(t, edit(moved, forged, "<xades:SignedProperties>"+original+"</xades:SignedProperties>"), CheckProfile)
}

func TestAttackSeveralSignatures(t *testing.T) {
	v := victim(t)
	sig := cut(v, "<ds:Signature ", "</ds:Signature>")
	other := edit(sig, `Id="S"`, `Id="S2"`, `"#S"`, `"#S2"`, `Id="P"`, `Id="P2"`, `"#P"`, `"#P2"`)
	refused(t, edit(v, sig, sig+other), CheckSignatureCount)
	refused(t, edit(v, sig, other+sig), CheckSignatureCount)
	refused(t, edit(v, "</ds:Signature>", "<ds:Object>"+other+"</ds:Object></ds:Signature>"), CheckSignatureCount)
	refused(t, edit(v, "<Challenge>", "<Challenge>"+`<x:Signature xmlns:x="`+dsig+`"/>`), CheckSignatureCount)
	refused(t, edit(v, "</xades:QualifyingProperties>", `<xades:UnsignedProperties><xades:UnsignedSignatureProperties><xades:CounterSignature>`+other+
		`</xades:CounterSignature></xades:UnsignedSignatureProperties></xades:UnsignedProperties></xades:QualifyingProperties>`), CheckSignatureCount)
}

func TestAttackNoSignature(t *testing.T) {
	v := victim(t)
	refused(t, request, CheckNoSignature)
	refused(t, edit(v, cut(v, "<ds:Signature ", "</ds:Signature>"), ""), CheckNoSignature)
	refused(t, edit(v, `xmlns:ds="`+dsig+`"`, `xmlns:ds="`+dsig11+`"`), CheckNoSignature)
}

func TestAttackDTD(t *testing.T) {
	v := victim(t)
	refused(t, `<!DOCTYPE AuthTokenRequest [<!ENTITY e "1111111111">]>`+edit(v, "5265877635</Nip>", "&e;</Nip>"), CheckXML)
	refused(t, `<!DOCTYPE AuthTokenRequest [<!ATTLIST Challenge Id ID #IMPLIED>]>`+v, CheckXML)
	refused(t, `<!DOCTYPE AuthTokenRequest SYSTEM "http://example.com/a.dtd">`+v, CheckXML)
	refused(t, edit(v, "5265877635</Nip>", "&e;</Nip>"), CheckXML)
}

// Programs disagree about the text of an element with a comment in it.
func TestAttackCommentInValue(t *testing.T) {
	for _, element := range []string{"ds:DigestValue", "ds:SignatureValue", "ds:X509Certificate", "xades:SigningTime"} {
		for _, inserted := range []string{"<!-- -->", "<?p?>", "<b/>"} {
			refused(t, edit(victim(t), "<"+element+">", "<"+element+">"+inserted), CheckValue)
			refused(t, edit(victim(t), "</"+element+">", inserted+"</"+element+">"), CheckValue)
		}
	}
}

func TestAttackCommentInSignedInfo(t *testing.T) {
	for _, element := range []string{"ds:SignedInfo", "ds:Reference", "ds:Transforms", "xades:CertDigest", "ds:KeyInfo", "ds:X509Data", "xades:QualifyingProperties", "ds:Object"} {
		refused(t, edit(victim(t), "</"+element+">", "<!-- --></"+element+">"), CheckStructure)
		refused(t, edit(victim(t), "</"+element+">", "<?p?></"+element+">"), CheckStructure)
		refused(t, edit(victim(t), "</"+element+">", "text</"+element+">"), CheckStructure)
	}
}

// A comment in the document is not signed, and what comes back has none. In a value it is refused: somebody would
// read 526 in <Nip>526<!-- -->5877635</Nip>.
func TestAttackCommentInContent(t *testing.T) {
	v := victim(t)
	want, err := Verify([]byte(v), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, nip := range []string{"526<!-- -->5877635", "<!-- -->5265877635", "5265877635<!-- -->"} {
		refused(t, edit(v, "5265877635</Nip>", nip+"</Nip>"), CheckValue)
		if _, err := Sign([]byte(`<a><Nip>`+nip+`</Nip></a>`), load(t, "rsa"), nil); !errors.Is(err, CheckValue) {
			t.Errorf("%s: signed: %v", nip, err)
		}
	}
	got, err := Verify([]byte(edit(v, "</Nip>", "</Nip><!-- between -->")), nil)
	if err != nil || string(got.Signed) != string(want.Signed) || strings.Contains(string(got.Signed), "<!--") {
		t.Errorf("%v, %s", err, got.Signed)
	}
	refused(t, edit(v, "5265877635</Nip>", "526<?p?>5877635</Nip>"), CheckDigest)
}

// Unsigned places of the signature must not carry anything.
func TestAttackContentInSignature(t *testing.T) {
	v := victim(t)
	for _, end := range []string{"</ds:Signature>", "</ds:SignedInfo>", "</ds:KeyInfo>", "</ds:Object>", "</xades:QualifyingProperties>"} {
		doc := edit(v, end, rooted+evil+"</AuthTokenRequest>"+end)
		_, err := Verify([]byte(doc), nil)
		if !errors.Is(err, CheckStructure) && !errors.Is(err, CheckKeyInfo) {
			t.Errorf("before %s: %v", end, err)
		}
	}
	refused(t, edit(v, "</ds:Signature>", "<ds:Object>"+evil+"</ds:Object></ds:Signature>"), CheckStructure)
	refused(t, edit(v, "</ds:Signature>", "<ds:Object><b/></ds:Object></ds:Signature>"), CheckStructure)
}

// The signed object of an enveloping signature gets company.
func TestAttackEnvelopingContent(t *testing.T) {
	v := string(complete(t, enveloping, load(t, "rsa")))
	object := cut(v, `<ds:Object Id="O">`, "</ds:Object>")
	forged := edit(object, "5265877635", evil, ` Id="O"`, "")
	refused(t, edit(v, "5265877635", evil), CheckDigest)
	refused(t, edit(v, object, object+forged), CheckStructure)
	refused(t, edit(v, object, forged+object), CheckStructure)
	refused(t, edit(v, object, "<ds:Object>"+object+"</ds:Object>"), CheckStructure)
	refused(t, edit(v, `<ds:Object Id="O">`, `<ds:Object Id="O"><AuthTokenRequest/>`), CheckDigest)
	refused(t, edit(v, object, forged, "<ds:KeyInfo>", "<ds:KeyInfo>"+object), CheckReference)
	refused(t, rooted+evil+v+"</AuthTokenRequest>", CheckStructure)

	b64 := string(complete(t, inBase64, load(t, "rsa")))
	text := encode([]byte(request))
	refused(t, edit(b64, text, encode([]byte(edit(request, "5265877635", evil)))), CheckDigest)
	refused(t, edit(b64, text, text+"<!-- -->"), CheckValue)
	refused(t, edit(b64, text, text[:40]+"<b>"+text[40:]+"</b>"), CheckValue)
	refused(t, edit(b64, text, text[:len(text)-4]), CheckDigest)
}

// Two spellings of one value are two documents with one signature.
func TestAttackNonCanonicalBase64(t *testing.T) {
	v := victim(t)
	value := strings.TrimSuffix(strings.TrimPrefix(cut(v, "<ds:SignatureValue>", "</ds:SignatureValue>"), "<ds:SignatureValue>"), "</ds:SignatureValue>")
	octets, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		t.Fatal(err)
	}
	last := strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", value[len(value)-3])
	loose := value[:len(value)-3] + string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[last+1]) + "=="
	if same, err := base64.StdEncoding.DecodeString(loose); err != nil || string(same) != string(octets) {
		t.Fatalf("the test is wrong: %v", err)
	}
	for name, other := range map[string]string{
		"padding bits":    loose,
		"no padding":      strings.TrimRight(value, "="),
		"more padding":    value + "=",
		"URL alphabet":    base64.URLEncoding.EncodeToString(octets[:len(octets)-1]) + "_w==",
		"non-breaking":    "\u00a0" + value,
		"something after": value + "AAAA",
		"nothing":         "",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Verify([]byte(edit(v, value, other)), nil)
			if !errors.Is(err, CheckValue) {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := Verify([]byte(edit(v, value, "\r\n\t "+strings.ReplaceAll(wrap(value), "\n", "&#13;\n"))), nil); err != nil {
		t.Errorf("wrapped lines: %v", err)
	}
}
