package ksef_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/contract"
	"github.com/ksef-go/ksef/sandbox"
)

// A desk is a KSeF of nothing but permissions, which takes what the contract
// allows and answers as a test wants. Rules are the sandbox's business.
type desk struct {
	*ksef.Permissions
	t       *testing.T
	answers map[string][]string // JSON by operation, one after another; the last repeats

	mu    sync.Mutex
	asked []string // operation?query body
	loose bool     // the contract is older than what is sent
}

const someChange = `{"referenceNumber":"20250514-EG-226FB7B000-3ACF9BE4C0-10"}`

func newDesk(t *testing.T, answers map[string][]string) *desk {
	t.Helper()
	d := &desk{t: t, answers: answers}
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	judge := c.Check(d, "/v2", func(x *contract.Exchange) {
		for _, v := range x.Violations {
			if !d.loose {
				t.Errorf("%s %s: %d: %v", x.Method, x.Path, x.Status, v)
			}
		}
	})
	client, err := ksef.NewClient(ksef.Test, &ksef.Options{
		BaseURL: "http://localhost/v2", HTTPClient: &http.Client{Transport: sandbox.NewTransport(judge)},
		Poll: &ksef.Backoff{Min: time.Millisecond, Factor: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	d.Permissions = client.Authentication.Resume(ksef.Credentials{Access: ksef.AccessToken{Token: "t", ValidUntil: time.Now().Add(time.Hour)}}).Permissions
	return d
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		d.t.Error(err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	operation := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/v2/permissions")
	asked := operation
	if r.URL.RawQuery != "" {
		asked += "?" + r.URL.RawQuery
	}
	d.asked = append(d.asked, strings.TrimSpace(asked+" "+string(body)))
	w.Header().Set("Content-Type", "application/json")
	if list := d.answers[operation]; len(list) > 0 {
		d.answers[operation] = list[min(1, len(list)-1):]
		io.WriteString(w, list[0])
		return
	}
	if strings.Contains(operation, "/operations/") {
		io.WriteString(w, `{"status":{"code":200,"description":"Operacja zakończona sukcesem"}}`)
		return
	}
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, someChange)
}

const (
	somePrint = ksef.Fingerprint("0011223344556677889900112233445566778899AABBCCDDEEFF001122334455")
	someVATUE = ksef.VATUE("5261040828-DE123456789")
	someUnit  = ksef.InternalID("6824515772-12343") // from the contract's text
	somePerm  = ksef.PermissionID("0c9a7b6e-0b3c-4d8e-9c39-0a1b2c3d4e5f")
)

var (
	jan      = ksef.Person{FirstName: "Jan", LastName: "Kowalski"}
	passport = ksef.IDDocument{Type: "passport", Number: "C01X00T47", Country: "DE"}
	gmbh     = ksef.Company{Name: "Muster GmbH", Address: "Musterstraße 1, 10115 Berlin"}
)

// Each grant in each of its forms, as it goes out. The contract judges it too.
func TestGrantsOnTheWire(t *testing.T) {
	erika := ksef.Person{FirstName: "Erika", LastName: "Mustermann", Born: "1964-08-12", Document: passport}
	janWithID := ksef.Person{FirstName: "Jan", LastName: "Kowalski", ID: somePESEL}
	read := []ksef.Permission{ksef.InvoiceRead}
	for _, c := range []struct {
		grant ksef.Grant
		want  string
	}{
		{ksef.PersonGrant{To: somePESEL, Person: jan, Permissions: []ksef.Permission{ksef.InvoiceRead, ksef.EnforcementOperations}, Description: "bookkeeping"},
			`POST /persons/grants {"subjectIdentifier":{"type":"Pesel","value":"44051401359"},"subjectDetails":{"subjectDetailsType":"PersonByIdentifier","personById":{"firstName":"Jan","lastName":"Kowalski"}},"description":"bookkeeping","permissions":["InvoiceRead","EnforcementOperations"]}`},
		{ksef.PersonGrant{To: someNIP, Person: jan, Permissions: read, Description: "bookkeeping"},
			`POST /persons/grants {"subjectIdentifier":{"type":"Nip","value":"5261040828"},"subjectDetails":{"subjectDetailsType":"PersonByIdentifier","personById":{"firstName":"Jan","lastName":"Kowalski"}},"description":"bookkeeping","permissions":["InvoiceRead"]}`},
		{ksef.PersonGrant{To: somePrint, Person: janWithID, Permissions: read, Description: "bookkeeping"},
			`POST /persons/grants {"subjectIdentifier":{"type":"Fingerprint","value":"` + string(somePrint) + `"},"subjectDetails":{"subjectDetailsType":"PersonByFingerprintWithIdentifier","personByFpWithId":{"firstName":"Jan","lastName":"Kowalski","identifier":{"type":"Pesel","value":"44051401359"}}},"description":"bookkeeping","permissions":["InvoiceRead"]}`},
		{ksef.PersonGrant{To: somePrint, Person: erika, Permissions: read, Description: "bookkeeping"},
			`POST /persons/grants {"subjectIdentifier":{"type":"Fingerprint","value":"` + string(somePrint) + `"},"subjectDetails":{"subjectDetailsType":"PersonByFingerprintWithoutIdentifier","personByFpNoId":{"firstName":"Erika","lastName":"Mustermann","birthDate":"1964-08-12","idDocument":{"type":"passport","number":"C01X00T47","country":"DE"}}},"description":"bookkeeping","permissions":["InvoiceRead"]}`},
		{ksef.EntityGrant{To: otherNIP, Name: "Biuro Rachunkowe", Permissions: []ksef.EntityPermission{{Permission: ksef.InvoiceRead, CanDelegate: true}, {Permission: ksef.InvoiceWrite}}, Description: "bookkeeping"},
			`POST /entities/grants {"subjectIdentifier":{"type":"Nip","value":"5260250274"},"subjectDetails":{"fullName":"Biuro Rachunkowe"},"description":"bookkeeping","permissions":[{"type":"InvoiceRead","canDelegate":true},{"type":"InvoiceWrite","canDelegate":false}]}`},
		{ksef.EntityGrant{To: otherNIP, Name: "Biuro", Permissions: []ksef.EntityPermission{{Permission: ksef.CollectiveIdentifierManage, CanDelegate: true}}, Description: "KSeF 2.8.1"},
			`POST /entities/grants {"subjectIdentifier":{"type":"Nip","value":"5260250274"},"subjectDetails":{"fullName":"Biuro"},"description":"KSeF 2.8.1","permissions":[{"type":"CollectiveIdentifierManage","canDelegate":true}]}`},
		{ksef.IndirectGrant{To: otherNIP, Person: jan, For: ksef.Identifier{Kind: ksef.KindAllPartners}, Permissions: []ksef.Permission{ksef.CollectiveIdentifierManage}, Description: "KSeF 2.8.1"},
			`POST /indirect/grants {"subjectIdentifier":{"type":"Nip","value":"5260250274"},"subjectDetails":{"subjectDetailsType":"PersonByIdentifier","personById":{"firstName":"Jan","lastName":"Kowalski"}},"description":"KSeF 2.8.1","targetIdentifier":{"type":"AllPartners"},"permissions":["CollectiveIdentifierManage"]}`},
		{ksef.AuthorizationGrant{To: otherNIP, Name: "Hurtownia", Authorization: ksef.SelfInvoicing, Description: "self-invoicing"},
			`POST /authorizations/grants {"subjectIdentifier":{"type":"Nip","value":"5260250274"},"subjectDetails":{"fullName":"Hurtownia"},"description":"self-invoicing","permission":"SelfInvoicing"}`},
		{ksef.AuthorizationGrant{To: ksef.PeppolID("PPL123456"), Name: "Provider", Authorization: ksef.PEFInvoicing, Description: "Peppol invoices"},
			`POST /authorizations/grants {"subjectIdentifier":{"type":"PeppolId","value":"PPL123456"},"subjectDetails":{"fullName":"Provider"},"description":"Peppol invoices","permission":"PefInvoicing"}`},
		{ksef.IndirectGrant{To: somePESEL, Person: jan, For: otherNIP, Permissions: read, Description: "one client"},
			`POST /indirect/grants {"subjectIdentifier":{"type":"Pesel","value":"44051401359"},"subjectDetails":{"subjectDetailsType":"PersonByIdentifier","personById":{"firstName":"Jan","lastName":"Kowalski"}},"description":"one client","targetIdentifier":{"type":"Nip","value":"5260250274"},"permissions":["InvoiceRead"]}`},
		{ksef.IndirectGrant{To: somePESEL, Person: jan, For: someUnit, Permissions: read, Description: "one unit"},
			`POST /indirect/grants {"subjectIdentifier":{"type":"Pesel","value":"44051401359"},"subjectDetails":{"subjectDetailsType":"PersonByIdentifier","personById":{"firstName":"Jan","lastName":"Kowalski"}},"description":"one unit","targetIdentifier":{"type":"InternalId","value":"6824515772-12343"},"permissions":["InvoiceRead"]}`},
		{ksef.IndirectGrant{To: somePESEL, Person: jan, For: ksef.AllPartners, Permissions: read, Description: "all clients"},
			`POST /indirect/grants {"subjectIdentifier":{"type":"Pesel","value":"44051401359"},"subjectDetails":{"subjectDetailsType":"PersonByIdentifier","personById":{"firstName":"Jan","lastName":"Kowalski"}},"description":"all clients","targetIdentifier":{"type":"AllPartners"},"permissions":["InvoiceRead"]}`},
		{ksef.SubunitGrant{To: somePESEL, Person: jan, Unit: someUnit, Name: "School No. 1", Description: "headmaster"},
			`POST /subunits/grants {"subjectIdentifier":{"type":"Pesel","value":"44051401359"},"subjectDetails":{"subjectDetailsType":"PersonByIdentifier","personById":{"firstName":"Jan","lastName":"Kowalski"}},"description":"headmaster","contextIdentifier":{"type":"InternalId","value":"6824515772-12343"},"subunitName":"School No. 1"}`},
		{ksef.SubunitGrant{To: somePESEL, Person: jan, Unit: otherNIP, Description: "member of the group"},
			`POST /subunits/grants {"subjectIdentifier":{"type":"Pesel","value":"44051401359"},"subjectDetails":{"subjectDetailsType":"PersonByIdentifier","personById":{"firstName":"Jan","lastName":"Kowalski"}},"description":"member of the group","contextIdentifier":{"type":"Nip","value":"5260250274"}}`},
		{ksef.EUAdminGrant{To: somePrint, Holder: gmbh, Entity: someVATUE, Company: gmbh, Description: "administrator"},
			`POST /eu-entities/administration/grants {"subjectIdentifier":{"type":"Fingerprint","value":"` + string(somePrint) + `"},"subjectDetails":{"subjectDetailsType":"EntityByFingerprint","entityByFp":{"fullName":"Muster GmbH","address":"Musterstraße 1, 10115 Berlin"}},"description":"administrator","contextIdentifier":{"type":"NipVatUe","value":"5261040828-DE123456789"},"euEntityName":"Muster GmbH, Musterstraße 1, 10115 Berlin","euEntityDetails":{"fullName":"Muster GmbH","address":"Musterstraße 1, 10115 Berlin"}}`},
		{ksef.EUAdminGrant{To: somePrint, Holder: erika, Entity: someVATUE, Company: gmbh, Label: "Muster, Berlin", Description: "administrator"},
			`POST /eu-entities/administration/grants {"subjectIdentifier":{"type":"Fingerprint","value":"` + string(somePrint) + `"},"subjectDetails":{"subjectDetailsType":"PersonByFingerprintWithoutIdentifier","personByFpNoId":{"firstName":"Erika","lastName":"Mustermann","birthDate":"1964-08-12","idDocument":{"type":"passport","number":"C01X00T47","country":"DE"}}},"description":"administrator","contextIdentifier":{"type":"NipVatUe","value":"5261040828-DE123456789"},"euEntityName":"Muster, Berlin","euEntityDetails":{"fullName":"Muster GmbH","address":"Musterstraße 1, 10115 Berlin"}}`},
		{ksef.EUEntityGrant{To: somePrint, Holder: janWithID, Permissions: []ksef.Permission{ksef.InvoiceRead, ksef.InvoiceWrite}, Description: "representative"},
			`POST /eu-entities/grants {"subjectIdentifier":{"type":"Fingerprint","value":"` + string(somePrint) + `"},"subjectDetails":{"subjectDetailsType":"PersonByFingerprintWithIdentifier","personByFpWithId":{"firstName":"Jan","lastName":"Kowalski","identifier":{"type":"Pesel","value":"44051401359"}}},"description":"representative","permissions":["InvoiceRead","InvoiceWrite"]}`},
	} {
		d := newDesk(t, nil)
		if err := d.Grant(t.Context(), c.grant); err != nil {
			t.Errorf("%T: %v", c.grant, err)
			continue
		}
		if d.asked[0] != c.want {
			t.Errorf("%s\nwant %s", d.asked[0], c.want)
		}
		if want := "GET /operations/20250514-EG-226FB7B000-3ACF9BE4C0-10"; len(d.asked) != 2 || d.asked[1] != want {
			t.Errorf("%q, want a grant and %s", d.asked, want)
		}
	}
}

// What this package does not know may be known to KSeF.
func TestGrantsOfTheFuture(t *testing.T) {
	d := newDesk(t, nil)
	d.loose = true
	for _, g := range []ksef.Grant{
		ksef.PersonGrant{To: somePESEL, Person: jan, Permissions: []ksef.Permission{"Telepathy"}, Description: "KSeF 3.0"},
		ksef.AuthorizationGrant{To: ksef.PeppolID("PPL123456"), Name: "Provider", Authorization: "PefSelfInvoicing", Description: "KSeF 3.0"},
	} {
		if _, err := d.StartGrant(t.Context(), g); err != nil {
			t.Error(err)
		}
	}
	if got := fmt.Sprint(d.asked); !strings.Contains(got, `"Telepathy"`) || !strings.Contains(got, `"PefSelfInvoicing"`) {
		t.Error(got)
	}
}

// What cannot be meant is not sent, and the error says what to do.
func TestGrantsRefused(t *testing.T) {
	d := newDesk(t, nil)
	person := func(change func(*ksef.PersonGrant)) ksef.Grant {
		g := ksef.PersonGrant{To: somePESEL, Person: jan, Permissions: []ksef.Permission{ksef.InvoiceRead}, Description: "bookkeeping"}
		change(&g)
		return g
	}
	print := func(change func(*ksef.Person)) ksef.Grant {
		return person(func(g *ksef.PersonGrant) { g.To = somePrint; change(&g.Person) })
	}
	indirect := func(target ksef.TargetID) ksef.Grant {
		return ksef.IndirectGrant{To: somePESEL, Person: jan, For: target, Permissions: []ksef.Permission{ksef.InvoiceRead}, Description: "bookkeeping"}
	}
	unit := func(unit ksef.UnitID, name string) ksef.Grant {
		return ksef.SubunitGrant{To: somePESEL, Person: jan, Unit: unit, Name: name, Description: "headmaster"}
	}
	admin := func(change func(*ksef.EUAdminGrant)) ksef.Grant {
		g := ksef.EUAdminGrant{To: somePrint, Holder: gmbh, Entity: someVATUE, Company: gmbh, Description: "administrator"}
		change(&g)
		return g
	}
	entity := func(permissions ...ksef.EntityPermission) ksef.Grant {
		return ksef.EntityGrant{To: otherNIP, Name: "Biuro", Permissions: permissions, Description: "bookkeeping"}
	}
	for _, c := range []struct {
		grant ksef.Grant
		want  string
	}{
		{nil, "Grant: is nil"},
		{person(func(g *ksef.PersonGrant) { g.To = nil }), "PersonGrant.To: is missing: want Nip, Pesel or Fingerprint"},
		{person(func(g *ksef.PersonGrant) { g.To = ksef.NIP("") }), `PersonGrant.To: "" is not a valid NIP: want 10 digits, got 0`},
		{person(func(g *ksef.PersonGrant) { g.To = ksef.PESEL("4405140135") }), `PersonGrant.To: "4405140135" is not a valid PESEL`},
		{person(func(g *ksef.PersonGrant) { g.To = ksef.Fingerprint("abc") }), `PersonGrant.To: "abc" is not a valid certificate fingerprint`},
		{person(func(g *ksef.PersonGrant) { g.To = ksef.Identifier{Kind: ksef.KindVATUE, Value: string(someVATUE)} }), `PersonGrant.To: a "NipVatUe" cannot stand here`},
		{person(func(g *ksef.PersonGrant) { g.To = ksef.Identifier{} }), `PersonGrant.To: a "" cannot stand here`},
		{person(func(g *ksef.PersonGrant) { g.Permissions = nil }), "PersonGrant.Permissions: want at least one of InvoiceRead,"},
		{person(func(g *ksef.PersonGrant) { g.Permissions = []ksef.Permission{""} }), "PersonGrant.Permissions: one is empty"},
		{person(func(g *ksef.PersonGrant) { g.Permissions = []ksef.Permission{ksef.VATUEManage} }), "PersonGrant.Permissions: VatUeManage cannot be given in this way"},
		{person(func(g *ksef.PersonGrant) {
			g.Permissions = []ksef.Permission{ksef.InvoiceRead, ksef.InvoiceWrite, ksef.InvoiceRead}
		}), "PersonGrant.Permissions: InvoiceRead stands there twice"},
		{person(func(g *ksef.PersonGrant) { g.Description = "four" }), "PersonGrant.Description: want 5 to 256 characters, got 4"},
		{person(func(g *ksef.PersonGrant) { g.Description = strings.Repeat("😀", 128) + "x" }), "PersonGrant.Description: want 5 to 256 characters, got 257"},
		{person(func(g *ksef.PersonGrant) { g.Person.FirstName = "J" }), "PersonGrant.Person.FirstName: want 2 to 30 characters, got 1"},
		{person(func(g *ksef.PersonGrant) { g.Person.LastName = strings.Repeat("x", 82) }), "PersonGrant.Person.LastName: want 2 to 81 characters, got 82"},
		{person(func(g *ksef.PersonGrant) { g.Person.Born = "1980-12-31" }), "PersonGrant.Person: only the names are wanted"},
		{print(func(*ksef.Person) {}), "PersonGrant.Person: a fingerprint does not tell who it is: want ID, or Born and Document"},
		{print(func(p *ksef.Person) { p.ID, p.Born = somePESEL, "1980-12-31" }), "PersonGrant.Person: has both ID and Born"},
		{print(func(p *ksef.Person) { p.ID = ksef.PESEL("1") }), `PersonGrant.Person.ID: "1" is not a valid PESEL`},
		{print(func(p *ksef.Person) { p.ID = somePrint }), `PersonGrant.Person.ID: a "Fingerprint" cannot stand here: want Nip or Pesel`},
		{print(func(p *ksef.Person) { p.Born = "1980-12-31" }), "PersonGrant.Person.Document.Type: want 1 to 20 characters, got 0"},
		{print(func(p *ksef.Person) { p.Born, p.Document = "31.12.1980", passport }), `PersonGrant.Person.Born: want a day like 1980-12-31, got "31.12.1980"`},
		{print(func(p *ksef.Person) {
			p.Born, p.Document = "1980-12-31", passport
			p.Document.Country = "de"
		}), `PersonGrant.Person.Document.Country: want two capital letters like DE, got "de"`},
		{entity(), "EntityGrant.Permissions: want at least one of InvoiceRead, InvoiceWrite or CollectiveIdentifierManage"},
		{entity(ksef.EntityPermission{Permission: ksef.CredentialsManage}), "EntityGrant.Permissions: CredentialsManage cannot be given in this way"},
		{entity(ksef.EntityPermission{Permission: ksef.InvoiceRead}, ksef.EntityPermission{Permission: ksef.InvoiceRead, CanDelegate: true}), "EntityGrant.Permissions: InvoiceRead stands there twice"},
		{ksef.EntityGrant{To: "1", Name: "Biuro", Permissions: []ksef.EntityPermission{{Permission: ksef.InvoiceRead}}, Description: "bookkeeping"}, `EntityGrant.To: "1" is not a valid NIP`},
		{ksef.EntityGrant{To: otherNIP, Name: "Biur", Permissions: []ksef.EntityPermission{{Permission: ksef.InvoiceRead}}, Description: "bookkeeping"}, "EntityGrant.Name: want 5 to 90 characters, got 4"},
		{ksef.AuthorizationGrant{To: otherNIP, Name: "Hurtownia", Description: "nothing"}, "AuthorizationGrant.Authorization: is missing: want SelfInvoicing, RRInvoicing, TaxRepresentative or PefInvoicing"},
		{ksef.AuthorizationGrant{To: ksef.PeppolID("PPL123456"), Name: "Provider", Authorization: ksef.SelfInvoicing, Description: "self-invoicing"}, "AuthorizationGrant.Authorization: SelfInvoicing is for taxpayers"},
		{ksef.AuthorizationGrant{To: ksef.PeppolID("PL1"), Name: "Provider", Authorization: ksef.PEFInvoicing, Description: "Peppol"}, `AuthorizationGrant.To: "PL1" is not a valid Peppol identifier`},
		// The wide grant is never what is left when something is forgotten.
		{indirect(nil), "IndirectGrant.For: is missing: want Nip, InternalId or AllPartners"},
		{indirect(ksef.NIP("")), `IndirectGrant.For: "" is not a valid NIP`},
		{indirect(ksef.InternalID("")), `IndirectGrant.For: "" is not a valid internal identifier`},
		{indirect(ksef.Partners("")), `IndirectGrant.For: a "" cannot stand here`},
		{indirect(ksef.Identifier{}), `IndirectGrant.For: a "" cannot stand here`},
		{indirect(ksef.Identifier{Kind: ksef.KindNIP}), `IndirectGrant.For: "" is not a valid NIP`},
		{indirect(ksef.Identifier{Kind: ksef.KindAllPartners, Value: string(otherNIP)}), "is not a valid AllPartners: want no value"},
		{unit(nil, "School No. 1"), "SubunitGrant.Unit: is missing: want Nip or InternalId"},
		{unit(ksef.InternalID("6824515772-12345"), "School No. 1"), `SubunitGrant.Unit: "6824515772-12345" is not a valid internal identifier: wrong check digit: want 6824515772-12343`},
		{unit(ksef.InternalID("6824515772-1234"), "School No. 1"), `SubunitGrant.Unit: "6824515772-1234" is not a valid internal identifier: want 5 digits, got 4`},
		{unit(someUnit, ""), "SubunitGrant.Name: want 5 to 256 characters, got 0"},
		{unit(otherNIP, "four"), "SubunitGrant.Name: want 5 to 256 characters, got 4"},
		{admin(func(g *ksef.EUAdminGrant) { g.To = "" }), `EUAdminGrant.To: "" is not a valid certificate fingerprint`},
		{admin(func(g *ksef.EUAdminGrant) { g.Holder = nil }), "EUAdminGrant.Holder: is missing: want a Person or a Company"},
		{admin(func(g *ksef.EUAdminGrant) { g.Holder = jan }), "EUAdminGrant.Holder: a fingerprint does not tell who it is"},
		{admin(func(g *ksef.EUAdminGrant) { g.Holder = ksef.Company{Name: "GmbH"} }), "EUAdminGrant.Holder.Address: want 1 to 512 characters, got 0"},
		{admin(func(g *ksef.EUAdminGrant) { g.Entity = "5261040828-12" }), `EUAdminGrant.Entity: "5261040828-12" is not a valid NIP and EU VAT number`},
		{admin(func(g *ksef.EUAdminGrant) { g.Company.Name = "" }), "EUAdminGrant.Company.Name: want 1 to 100 characters, got 0"},
		{admin(func(g *ksef.EUAdminGrant) { g.Company.Address = strings.Repeat("x", 500) }), "EUAdminGrant.Label: want 5 to 256 characters, got 513"},
		{ksef.EUEntityGrant{To: somePrint, Holder: gmbh, Permissions: []ksef.Permission{ksef.Introspection}, Description: "representative"}, "EUEntityGrant.Permissions: Introspection cannot be given in this way: want InvoiceRead or InvoiceWrite"},
	} {
		err := d.Grant(t.Context(), c.grant)
		if _, ok := errors.AsType[*ksef.ArgumentError](err); !ok || !strings.HasPrefix(err.Error(), "ksef: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v:\n%v\nwant %s", c.grant, err, c.want)
		}
	}
	_, ok := errors.AsType[*ksef.IdentifierError](d.Grant(t.Context(), indirect(ksef.NIP(""))))
	if !ok || len(d.asked) > 0 {
		t.Errorf("%v, sent %q", ok, d.asked)
	}
}

// The longest texts KSeF takes, counted as it counts.
func TestGrantsAtTheirLimits(t *testing.T) {
	d := newDesk(t, nil)
	for _, g := range []ksef.Grant{
		ksef.PersonGrant{To: somePESEL, Person: ksef.Person{FirstName: "Li", LastName: strings.Repeat("ż", 81)}, Permissions: []ksef.Permission{ksef.InvoiceRead}, Description: "five!"},
		ksef.PersonGrant{To: somePESEL, Person: ksef.Person{FirstName: strings.Repeat("ż", 30), LastName: "Ng"}, Permissions: []ksef.Permission{ksef.InvoiceRead}, Description: strings.Repeat("😀", 128)},
		ksef.EUAdminGrant{To: somePrint, Holder: gmbh, Entity: someVATUE, Company: ksef.Company{Name: strings.Repeat("x", 100), Address: strings.Repeat("x", 512)}, Label: "GmbH, Berlin", Description: "administrator"},
	} {
		if _, err := d.StartGrant(t.Context(), g); err != nil {
			t.Error(err)
		}
	}
}
