package sandbox

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
)

// listed returns the references of the sessions that a query lists, through all its pages.
func (l login) listed(query string) (references []string) {
	l.t.Helper()
	h := l.harness
	for {
		r := h.send("GET", "/sessions?"+query, nil).want(200)
		var page struct {
			ContinuationToken string
			Sessions          []struct{ ReferenceNumber string }
		}
		r.decode(&page)
		for _, s := range page.Sessions {
			references = append(references, s.ReferenceNumber)
		}
		if page.ContinuationToken == "" {
			return references
		}
		h = l.with("X-Continuation-Token: " + page.ContinuationToken)
	}
}

func TestListSendings(t *testing.T) {
	l := sender(t, nil)
	var opened []string
	for range 23 {
		opened = append(opened, l.open().reference)
		l.Advance(time.Second)
	}
	got := l.careless().listed("sessionType=online&pageSize=10")
	if len(got) != 23 || got[0] != opened[22] || got[22] != opened[0] {
		t.Errorf("listed %q", got)
	}
	at := func(i int) string {
		return url.QueryEscape(time.Date(2026, 3, 14, 15, 9, 26+i, 535_897_900, time.UTC).Format(time.RFC3339Nano))
	}
	after := func(i int) string {
		return url.QueryEscape(time.Date(2026, 3, 14, 15, 9, 26+i, 535_898_000, time.UTC).Format(time.RFC3339Nano))
	}
	closed := box{login: l, reference: opened[3]}
	closed.close() // at 23: cancelled
	failing := l.open()
	failing.sent([]byte("x"))
	failing.close()
	failing.status()
	failing.status().is("status.code", 445)
	l.announce(zipped(t), 1, nil)
	for query, want := range map[string]int{
		"sessionType=Online": 24,
		"sessionType=Batch":  1,
		"sessionType=Online&referenceNumber=" + opened[7]:       1,
		"sessionType=Batch&referenceNumber=" + opened[7]:        0,
		"sessionType=Online&dateCreatedFrom=" + at(2):           22,
		"sessionType=Online&dateCreatedTo=" + after(2):          3,
		"sessionType=Online&dateClosedFrom=" + at(0):            2,
		"sessionType=Online&dateClosedTo=" + after(22):          0,
		"sessionType=Online&dateModifiedFrom=" + at(23):         2,
		"sessionType=Online&dateModifiedTo=2026-03-14":          0,
		"sessionType=Online&statuses=Cancelled":                 1,
		"sessionType=Online&statuses=failed":                    1,
		"sessionType=Online&statuses=Succeeded":                 0,
		"sessionType=Online&statuses=Failed&statuses=Cancelled": 2,
		"sessionType=Online&statuses=InProgress":                22,
	} {
		if got := l.careless().listed(query); len(got) != want {
			t.Errorf("%s lists %d sessions, want %d", query, len(got), want)
		}
	}
	l.send("GET", "/sessions?sessionType=Online&statuses=Failed", nil).want(200).
		is("sessions.0.totalInvoiceCount", 1).is("sessions.0.successfulInvoiceCount", 0).is("sessions.0.failedInvoiceCount", 1)
	for query, detail := range map[string]string{
		"": "'sessionType' must not be empty.", "sessionType=x": "'sessionType' has a range", "sessionType=Online&pageSize=9": "'pageSize' must be between 10 and 1000. You entered 9.",
		"sessionType=Online&statuses=x": "'statuses[0]'", "sessionType=Online&dateCreatedFrom=x": "The value 'x' is not valid for dateCreatedFrom.",
		"sessionType=Online&referenceNumber=x": "'referenceNumber' must be 36 characters",
	} {
		l.harness.sloppy().send("GET", "/sessions?"+query, nil).refused(21405, detail)
	}
	l.with("X-Continuation-Token: x").send("GET", "/sessions?sessionType=Online", nil).refused(21418)
}

// careless is a login whose requests may break the contract.
func (l login) careless() login {
	l.harness = l.harness.sloppy()
	return l
}

// Who may see and change a session of sending.
func TestSendingAccess(t *testing.T) {
	h := newHarness(t, nil)
	const (
		colleague = "88102341294"
		overseer  = "90010112345"
		stranger  = "1111111111"
	)
	h.send("POST", "/testdata/permissions", permissions(identifier{"Nip", nipA}, identifier{"Nip", nipB}, "InvoiceWrite")).want(200)
	h.send("POST", "/testdata/permissions", permissions(identifier{"Nip", nipA}, identifier{"Pesel", colleague}, "InvoiceWrite")).want(200)
	h.send("POST", "/testdata/permissions", permissions(identifier{"Nip", nipA}, identifier{"Pesel", overseer}, "Introspection")).want(200)
	opener := h.login(nipA, sealFor(t, nipB))
	b := opener.open()
	invoice := b.sent(paper{}.bytes())
	reads := func(l login) (codes []int) {
		for _, path := range []string{"", "/invoices", "/invoices/failed", "/invoices/" + invoice} {
			codes = append(codes, l.careless().send("GET", "/sessions/"+b.reference+path, nil).status)
		}
		return codes
	}
	for _, test := range []struct {
		name                 string
		login                login
		read, change, listed int
	}{
		{"the opener", opener, 200, 202, 1},
		{"the opener again", h.login(nipA, sealFor(t, nipB)), 200, 202, 1},
		{"the owner", h.login(nipA, sealFor(t, nipA)), 200, 202, 1},
		{"a colleague", h.login(nipA, personFor(t, colleague)), 403, 403, 0},
		{"an overseer", h.login(nipA, personFor(t, overseer)), 200, 403, 1},
		{"a stranger", h.login(stranger, sealFor(t, stranger)), 403, 403, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := test.login
			if got := fmt.Sprint(reads(l)); strings.Count(got, fmt.Sprint(test.read)) != 4 {
				t.Errorf("reading is answered %s", got)
			}
			theirs := box{l, b.key, b.reference}
			theirs.post(paper{number: test.name}.bytes()).want(test.change)
			if n := len(l.listed("sessionType=Online")); n != test.listed {
				t.Errorf("%d sessions are listed", n)
			}
			if test.change == 403 {
				theirs.send("POST", theirs.path("/close"), nil).want(403)
			}
		})
	}
	owner := box{h.login(nipA, sealFor(t, nipA)), b.key, b.reference}
	owner.close()
}

func TestInvoiceList(t *testing.T) {
	b := sender(t, nil).open()
	for i := range 25 {
		doc := paper{number: fmt.Sprint(i)}.bytes()
		if i%2 == 1 {
			doc = []byte("rejected")
		}
		b.sent(doc)
	}
	pages := func(path string) (ordinals []int) {
		h := b.harness
		for {
			r := h.send("GET", "/sessions/"+b.reference+path, nil).want(200)
			var page struct {
				ContinuationToken string
				Invoices          []struct {
					OrdinalNumber int
					Status        struct{ Code int }
				}
			}
			r.decode(&page)
			for _, i := range page.Invoices {
				ordinals = append(ordinals, i.OrdinalNumber)
			}
			if page.ContinuationToken == "" {
				return ordinals
			}
			h = b.with("X-Continuation-Token: " + page.ContinuationToken)
		}
	}
	none := b.send("GET", "/sessions/"+b.reference+"/invoices/failed", nil).want(200)
	if string(none.body) != "{}" {
		t.Errorf("no failed invoices are listed as %s", none.body)
	}
	if got := pages("/invoices?pageSize=10"); len(got) != 25 || got[0] != 1 || got[24] != 25 {
		t.Errorf("listed %v", got)
	}
	if got := pages("/invoices/failed?pageSize=10"); len(got) != 12 || got[0] != 2 || got[11] != 24 {
		t.Errorf("listed %v", got)
	}
	next := b.send("GET", "/sessions/"+b.reference+"/invoices", nil).text("continuationToken")
	other := b.open()
	other.with("X-Continuation-Token: "+next).send("GET", "/sessions/"+other.reference+"/invoices", nil).refused(21418)
	b.with("X-Continuation-Token: "+next).send("GET", "/sessions/"+b.reference+"/invoices/failed", nil).refused(21418)
	forged := cursor{"invoices " + b.reference, b.Now(), "-1"}.token()
	b.with("X-Continuation-Token: "+forged).send("GET", "/sessions/"+b.reference+"/invoices", nil).refused(21418)
	b.harness.sloppy().send("GET", "/sessions/"+b.reference+"/invoices?pageSize=1001", nil).refused(21405, "'pageSize' must be between 10 and 1000.")
}

// Who may send whose invoices.
func TestSellers(t *testing.T) {
	agent := func(nip, role string) string {
		return `<PodmiotUpowazniony><DaneIdentyfikacyjne><NIP>` + nip + `</NIP><Nazwa>Agent</Nazwa></DaneIdentyfikacyjne><Adres><KodKraju>PL</KodKraju><AdresL1>x</AdresL1></Adres><RolaPU>` + role + `</RolaPU></PodmiotUpowazniony>`
	}
	const seller = nipB
	h := newHarness(t, nil)
	me := ksef.Identifier{Kind: ksef.KindNIP, Value: nipA}
	b := h.login(nipA, sealFor(t, nipA)).open()
	n := 0
	try := func(code int, p paper) {
		t.Helper()
		n++
		p.number, p.seller = fmt.Sprint(n), seller
		b.fate(code, p.bytes())
	}
	self := paper{buyer: nipA, selfInvoiced: true}
	try(410, self)
	h.Authorize(seller, me, selfInvoicing)
	try(200, self)
	try(410, paper{buyer: nipA})
	try(410, paper{buyer: "1111111111", selfInvoiced: true})
	representative := paper{before: agent(nipA, "3")}
	try(410, representative)
	h.Authorize(seller, me, taxRepresentative)
	try(200, representative)
	try(410, paper{before: agent("1111111111", "3")})

	bailiff, authority := paper{before: agent(nipA, "2")}, paper{before: agent(nipA, "1")}
	try(410, bailiff)
	h.makePerson(true, false)
	try(200, bailiff)
	try(410, authority)
	h.send("POST", "/testdata/subject", map[string]any{"subjectNip": nipA, "subjectType": "EnforcementAuthority", "description": "An authority"}).want(200)
	try(200, authority)

	t.Run("a unit", func(t *testing.T) {
		unit := nipA + "-12345"
		h.Grant(ksef.Identifier{Kind: ksef.KindInternalID, Value: unit}, me, ksef.InvoiceWrite)
		doc := h.document(nipA)
		doc.context = "<InternalId>" + unit + "</InternalId>"
		b := h.submit(doc.String(), sealFor(t, nipA)).operation(h).redeemed().open()
		b.fate(200, paper{number: "unit"}.bytes())
		b.fate(410, paper{seller: seller}.bytes())
	})
	t.Run("impossible", func(t *testing.T) {
		for _, f := range []func(){
			func() { h.Authorize("x", me, selfInvoicing) },
			func() { h.Authorize(seller, me, "InvoiceWrite") },
			func() { h.Authorize(seller, me, pefInvoicing) },
			func() { h.Authorize(seller, ksef.Identifier{Kind: ksef.KindNIP, Value: "x"}, selfInvoicing) },
		} {
			func() {
				defer func() {
					if recover() == nil {
						t.Error("was authorized")
					}
				}()
				f()
			}()
		}
	})
}

func TestSubjectIdentifierValidation(t *testing.T) {
	l := sender(t, nil)
	p := paper{buyer: "1234567890"}
	l.open().fate(200, p.bytes())
	strict := l
	strict.harness = l.with("X-KSeF-Feature: subject-identifier-validation")
	p.number = "2"
	strict.open().fate(450, p.bytes()).detail("1234567890")
}
