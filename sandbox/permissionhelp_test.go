package sandbox

import (
	"crypto/tls"
	"crypto/x509/pkix"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/testcert"
)

const (
	nipC   = "9512345681" // NIPs beside nipA and nipB
	nipD   = "1132567894"
	pesel2 = "90010112349"
	unitA  = nipA + "-12344" // with the right check digit
	euA    = nipA + "-ATU12345678"
)

var (
	byNIPDetails = map[string]any{"fullName": "Biuro Rachunkowe"}
	byIDDetails  = map[string]any{"subjectDetailsType": "PersonByIdentifier", "personById": map[string]any{"firstName": "Anna", "lastName": "Kowalska"}}
	byFPDetails  = map[string]any{"subjectDetailsType": "PersonByFingerprintWithIdentifier", "personByFpWithId": map[string]any{
		"firstName": "Anna", "lastName": "Kowalska", "identifier": identifier{"Pesel", pesel}}}
	byFPAlone = map[string]any{"subjectDetailsType": "PersonByFingerprintWithoutIdentifier", "personByFpNoId": map[string]any{
		"firstName": "Anna", "lastName": "Kowalska", "birthDate": "1990-02-28",
		"idDocument": map[string]any{"type": "Passport", "number": "AB1234567", "country": "DE"}}}
	entityByFP = map[string]any{"subjectDetailsType": "EntityByFingerprint", "entityByFp": map[string]any{"fullName": "Gasthaus GmbH", "address": "Wien 1"}}
)

// The bodies of the seven grants. Permissions of entities end in "+" when they may be delegated.

func toPersonBody(to identifier, permissions ...string) map[string]any {
	return map[string]any{"subjectIdentifier": to, "permissions": permissions, "description": "To a person", "subjectDetails": byIDDetails}
}

func toEntityBody(nip string, permissions ...string) map[string]any {
	var list []map[string]any
	for _, p := range permissions {
		name, delegable := strings.CutSuffix(p, "+")
		list = append(list, map[string]any{"type": name, "canDelegate": delegable})
	}
	return map[string]any{"subjectIdentifier": identifier{"Nip", nip}, "permissions": list, "description": "To an entity", "subjectDetails": byNIPDetails}
}

func authorizationBody(to identifier, permission string) map[string]any {
	return map[string]any{"subjectIdentifier": to, "permission": permission, "description": "Authorization", "subjectDetails": byNIPDetails}
}

// indirectBody has no target when target is zero.
func indirectBody(to, target identifier, permissions ...string) map[string]any {
	body := map[string]any{"subjectIdentifier": to, "permissions": permissions, "description": "Indirectly", "subjectDetails": byIDDetails}
	if target != (identifier{}) {
		body["targetIdentifier"] = target
	}
	return body
}

func subunitBody(to, unit identifier) map[string]any {
	return map[string]any{"subjectIdentifier": to, "contextIdentifier": unit, "subunitName": "Oddział w Łodzi", "description": "Administrator", "subjectDetails": byIDDetails}
}

func euAdminBody(fingerprint, context string, details map[string]any) map[string]any {
	return map[string]any{"subjectIdentifier": identifier{"Fingerprint", fingerprint}, "contextIdentifier": identifier{"NipVatUe", context},
		"euEntityName": "Gasthaus GmbH, Wien", "description": "EU administrator", "subjectDetails": details,
		"euEntityDetails": map[string]any{"fullName": "Gasthaus GmbH", "address": "Wien"}}
}

func euBody(fingerprint string, permissions ...string) map[string]any {
	return map[string]any{"subjectIdentifier": identifier{"Fingerprint", fingerprint}, "permissions": permissions,
		"description": "EU representative", "subjectDetails": entityByFP}
}

// ask makes a request that begins an operation, and returns its number.
func (l login) ask(method, path string, body any) string {
	l.t.Helper()
	return l.send(method, "/permissions/"+path, body).want(202).text("referenceNumber")
}

// ends waits for an operation and demands how it ends.
func (l login) ends(reference string, code int, description string) {
	l.t.Helper()
	get := func() *reply { return l.send("GET", "/permissions/operations/"+reference, nil).want(200) }
	get().is("status.code", 100).is("status.description", "Operacja przyjęta do realizacji").is("status.details", nil)
	get().is("status.code", code).is("status.description", description)
}

// grants asks for a grant that is to succeed.
func (l login) grants(path string, body any) {
	l.t.Helper()
	l.ends(l.ask("POST", path+"/grants", body), 200, "Operacja zakończona sukcesem")
}

// revokes revokes grants one by one.
func (l login) revokes(endpoint string, ids ...string) {
	l.t.Helper()
	for _, id := range ids {
		l.ends(l.ask("DELETE", endpoint+"/grants/"+id, nil), 200, "Operacja zakończona sukcesem")
	}
}

// row is an entry of a query's answer.
type row map[string]any

// rows are the first page of a query's answer.
func (l login) rows(path string, body any) []row {
	l.t.Helper()
	r := l.send("POST", "/permissions/query/"+path, body).want(200)
	var page map[string]json.RawMessage
	r.decode(&page)
	for _, list := range []string{"permissions", "authorizationGrants", "roles"} {
		if raw, ok := page[list]; ok {
			var rows []row
			if err := json.Unmarshal(raw, &rows); err != nil {
				l.t.Fatal(err)
			}
			return rows
		}
	}
	l.t.Fatalf("no list in %s", r.body)
	return nil
}

// column returns one field of all rows, sorted.
func column(rows []row, name string) []string {
	out := []string{}
	for _, r := range rows {
		switch v := r[name].(type) {
		case string:
			out = append(out, v)
		case map[string]any:
			value, _ := v["value"].(string)
			out = append(out, value)
		default:
			out = append(out, "")
		}
	}
	slices.Sort(out)
	return out
}

func ids(rows []row) []string { return column(rows, "id") }

// in authenticates in a context other than a NIP, by the subject or the fingerprint of the certificate.
func (h *harness) in(context identifier, cert tls.Certificate) operation {
	h.t.Helper()
	by := "certificateSubject"
	if context.Type == "NipVatUe" {
		by = "certificateFingerprint"
	}
	element := "<" + string(context.Type) + ">" + context.Value + "</" + string(context.Type) + ">"
	return h.submit(request{authNamespace21, h.newChallenge(), element, by, ""}.String(), cert).operation(h)
}

// per are the permissions in an access token, sorted.
func (l login) per() string {
	l.t.Helper()
	var list []string
	if err := json.Unmarshal([]byte(inside(l.t, l.access)["per"].(string)), &list); err != nil {
		l.t.Fatal(err)
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

// foreigner is a certificate without any Polish identifier.
func foreigner(t testing.TB, name string) tls.Certificate {
	return certificate(t, "foreigner "+name, func(o *testcert.Options) (tls.Certificate, error) {
		return testcert.SelfSigned([]pkix.AttributeTypeAndValue{{Type: testcert.CommonName, Value: name}}, o)
	})
}
