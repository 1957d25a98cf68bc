package sandbox

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/checksum"
)

// collect asks for a collective identifier.
func (l login) collect(invoices ...any) *reply {
	l.t.Helper()
	list := []any{}
	for _, i := range invoices {
		if number, ok := i.(string); ok {
			i = map[string]any{"ksefNumber": number}
		}
		list = append(list, i)
	}
	return l.send("POST", "/collective-identifiers", map[string]any{"invoices": list})
}

// collected makes a collective identifier that listings have at once, and returns its number.
func (l login) collected(invoices ...any) string {
	l.t.Helper()
	number := l.collect(invoices...).want(201).text("collectiveIdentifierNumber")
	l.Advance(defaultStorageLag)
	return number
}

func paid(number, amount, currency, description string) map[string]any {
	return map[string]any{"ksefNumber": number, "payment": map[string]any{"amount": json.Number(amount), "currency": currency}, "description": description}
}

func createdIn(from, to string, more ...any) map[string]any {
	m := map[string]any{"dateCreatedFrom": from, "dateCreatedTo": to}
	for i := 0; i < len(more); i += 2 {
		m[more[i].(string)] = more[i+1]
	}
	return m
}

// collectives are the numbers that a query finds.
func (r *reply) collectives() []string {
	r.t.Helper()
	r.want(200)
	var page struct {
		CollectiveIdentifiers []struct{ CollectiveIdentifierNumber string }
	}
	r.decode(&page)
	out := []string{}
	for _, k := range page.CollectiveIdentifiers {
		out = append(out, k.CollectiveIdentifierNumber)
	}
	return out
}

func (r *reply) same(got []string, want ...string) {
	r.t.Helper()
	if !slices.Equal(got, want) && len(got)+len(want) > 0 {
		r.t.Errorf("got %q, want %q", got, want)
	}
}

const march = "2026-03-01T00:00:00Z"
const april = "2026-04-01T00:00:00Z"

func (l login) queryCollectives(more ...any) *reply {
	l.t.Helper()
	return l.send("POST", "/collective-identifiers/query", createdIn(march, april, more...)).want(200)
}

func TestCollectiveIdentifier(t *testing.T) {
	l := sender(t, nil)
	n := l.stored(paper{}, paper{}, paper{})
	number := l.collect(paid(n[0], "123.40", "PLN", "First"), n[2]).want(201).text("collectiveIdentifierNumber")
	if !regexp.MustCompile(`^5261040828-IZ202603-[0-9A-F]{12}-[0-9A-F]{2}$`).MatchString(number) ||
		fmt.Sprintf("%02X", checksum.CRC8(number[:32])) != number[33:] {
		t.Errorf("number is %s", number)
	}
	l.same2(l.queryCollectives()) // listings lag
	l.send("POST", "/collective-identifiers/invoices", map[string]any{"collectiveIdentifierNumbers": []string{number}}).want(200).is("invoices", "[]")
	l.Advance(defaultStorageLag)

	buyer, stranger := l.login2(nipB), l.login2("5252248481")
	r := l.queryCollectives()
	r.is("collectiveIdentifiers.0.collectiveIdentifierNumber", number).is("collectiveIdentifiers.0.invoiceCount", 2).
		is("collectiveIdentifiers.0.createdInCurrentContext", true).is("collectiveIdentifiers.0.dateCreated", "2026-03-14T15:09:26.5358979+00:00").is("continuationToken", nil)
	buyer.same2(buyer.queryCollectives())
	for _, who := range []login{l, stranger} {
		who.same2(who.send("GET", "/collective-identifiers/ksef/"+n[1], nil))
	}
	l.same2(l.send("GET", "/collective-identifiers/ksef/"+n[0], nil).is("collectiveIdentifiers.0.invoiceCount", nil), number)
	stranger.same2(stranger.send("GET", "/collective-identifiers/ksef/"+n[0], nil))

	// Both forms of the listing. The greater number comes first; details are for parties.
	for _, newer := range []bool{true, false} {
		list := func(who login) *reply {
			if newer {
				return who.send("POST", "/collective-identifiers/invoices?pageSize=500", map[string]any{"collectiveIdentifierNumbers": []string{number}}).want(200)
			}
			return who.send("GET", "/collective-identifiers/"+number+"/invoices?pageSize=200", nil).want(200)
		}
		with, without := "0", "1"
		if n[2] > n[0] {
			with, without = without, with
		}
		for _, who := range []login{l, buyer} {
			r := list(who).is("invoices."+with+".ksefNumber", n[0]).is("invoices."+with+".payment.amount", "123.4").is("invoices."+with+".payment.currency", "PLN").
				is("invoices."+with+".description", "First").is("invoices."+with+".detailsHidden", false).
				is("invoices."+without+".payment", nil).is("invoices."+without+".detailsHidden", false).is("invoices.2", nil)
			if newer {
				r.is("invoices.0.collectiveIdentifierNumber", number)
			} else {
				r.is("invoices.0.collectiveIdentifierNumber", nil)
			}
		}
		list(stranger).is("invoices."+with+".payment", nil).is("invoices."+with+".description", nil).is("invoices."+with+".detailsHidden", true).
			is("invoices."+without+".detailsHidden", false)
	}
}

// same2 demands the numbers that a listing has.
func (l login) same2(r *reply, want ...string) {
	l.t.Helper()
	r.same(r.collectives(), want...)
}

// A buyer's identifier is seen by the seller; two of one instant are in the order of their numbers.
func TestCollectiveIdentifiersAreFound(t *testing.T) {
	l := sender(t, nil)
	n := l.stored(paper{}, paper{}, paper{}, paper{buyer: "5252248481"})
	buyer := l.login2(nipB)
	first := buyer.collected(n[0], n[1])
	same := []string{l.collect(n[0], n[1], n[2]).want(201).text("collectiveIdentifierNumber"), l.collect(n[0], n[3]).want(201).text("collectiveIdentifierNumber")}
	l.Advance(defaultStorageLag)
	slices.Sort(same)
	slices.Reverse(same)
	l.same2(l.queryCollectives(), same[0], same[1], first)
	l.queryCollectives().is("collectiveIdentifiers.2.createdInCurrentContext", false)
	buyer.same2(buyer.queryCollectives(), first)
	l.same2(l.queryCollectives("createdInCurrentContext", false), first)
	l.same2(l.queryCollectives("createdInCurrentContext", true), same...)
	l.same2(l.queryCollectives("invoiceCountFrom", 3).is("collectiveIdentifiers.0.invoiceCount", 3), l.queryCollectives("invoiceCountFrom", 3).collectives()[0])
	if got := len(l.queryCollectives("invoiceCountTo", 2).collectives()); got != 2 {
		t.Errorf("%d of two", got)
	}
	l.same2(l.queryCollectives("collectiveIdentifierNumber", first), first)
	l.same2(l.queryCollectives("collectiveIdentifierNumber", strings.ToLower(first)))
	l.same2(l.send("GET", "/collective-identifiers/ksef/"+n[1], nil).is("collectiveIdentifiers.1.createdInCurrentContext", false), l.having(n[1])...)

	// Both ends of the range belong to it.
	at := "2026-03-14T15:09:26.5358979Z"
	l.same2(l.send("POST", "/collective-identifiers/query", createdIn(at, at)), first)
	l.same2(l.send("POST", "/collective-identifiers/query", createdIn(march, "2026-03-14T15:09:26.5358978Z")))

	// In the context of a unit nothing but its own is found.
	unit := identifier{"InternalId", nipA + "-12345"}
	l.Server.Grant(ksef.Identifier{Kind: ksef.KindInternalID, Value: unit.Value}, ksef.Identifier{Kind: ksef.KindNIP, Value: nipA}, ksef.CollectiveIdentifierManage)
	inUnit := l.submit(request{authNamespace21, l.newChallenge(), "<InternalId>" + unit.Value + "</InternalId>", "certificateSubject", ""}.String(), sealFor(t, nipA)).
		operation(l.harness).redeemed()
	inUnit.same2(inUnit.queryCollectives())
	inUnit.collect(n[0], n[1]).refused(71001)
}

func (l login) having(invoice string) (out []string) {
	l.t.Helper()
	var page struct {
		Invoices []struct{ KSeFNumber, CollectiveIdentifierNumber string }
	}
	l.send("POST", "/collective-identifiers/invoices", map[string]any{"collectiveIdentifierNumbers": l.queryCollectives().collectives()}).want(200).decode(&page)
	for _, i := range page.Invoices {
		if i.KSeFNumber == invoice {
			out = append(out, i.CollectiveIdentifierNumber)
		}
	}
	all := l.queryCollectives().collectives()
	slices.SortFunc(out, func(a, b string) int { return slices.Index(all, a) - slices.Index(all, b) })
	return out
}

func TestCollectiveRefusals(t *testing.T) {
	l := sender(t, nil)
	n := l.stored(paper{}, paper{}, paper{buyer: "5252248481"})
	foreign := l.stored(paper{seller: nipB, buyer: nipA})
	bad := l.sloppyLogin()
	bad.collect().refused(21405, "'invoices' must not be empty.")
	bad.collect(n[0]).refused(21405, "'invoices' must contain 2 items or more. You entered 1 items.")
	bad.collect(n[0], "123").refused(21405, "'invoices[1].ksefNumber' is not in the correct format.")
	bad.collect(n[0], paid(n[1], "1", "XYZ", strings.Repeat("a", 513))).refused(21405,
		"'invoices[1].payment.currency' has a range of values", "The length of 'invoices[1].description' must be 512 characters or fewer. You entered 513 characters.")
	bad.collect(n[0], map[string]any{"ksefNumber": n[1], "payment": map[string]any{"currency": "PLN"}}).refused(21405, "'invoices[1].payment.amount' must not be empty.")
	bad.collect(n[0], map[string]any{"ksefNumber": n[1], "payment": "all"}).refused(21001)

	l.collect(n[0], n[1], n[0]).refused(71005, n[0])
	unknown := "5261040828-20260301-ABCDEF012345-67"
	l.collect(n[0], unknown).refused(71001, "Faktura o numerze KSeF "+unknown+" nie może zostac przypisana do Identyfikatora Zbiorczego.")
	l.collect(n[0], foreign[0]).refused(71004, foreign[0])
	l.login2(nipB).collect(n[0], n[2]).refused(71001, n[2]) // not the caller's to see

	// An invoice is shown for a while before it can be taken.
	l.storeOne(paper{number: "fresh"}.bytes(), l.Now())
	fresh := l.numbers()[4]
	l.collect(n[0], fresh).refused(71001, fresh)
	l.Advance(defaultStorageLag)
	l.send("GET", "/invoices/ksef/"+fresh, nil).want(200)
	l.collect(n[0], fresh).refused(71001, fresh)
	l.Advance(defaultStorageLag)
	l.collect(n[0], fresh).want(201)

	l.send("POST", "/testdata/limits/context/session", map[string]any{"onlineSession": sessionLimitsOf(1, 3, 9), "batchSession": sessionLimitsOf(1, 3, 9),
		"collectiveIdentifier": map[string]any{"maxInvoices": 2}}).want(200)
	l.collect(n[0], n[1], n[2]).refused(21405, "'invoices' must contain 2 items or fewer. You entered 3 items.")

	for body, detail := range map[string]string{
		`{}`: "'dateCreatedFrom' must not be empty.",
		`{"dateCreatedFrom":"2026-03-01T00:00:00Z"}`:                                            "'dateCreatedTo' must not be empty.",
		`{"dateCreatedFrom":"2026-03-01T00:00:01Z","dateCreatedTo":"2026-03-01T00:00:00Z"}`:     "'dateCreatedFrom' must be less than or equal to 'dateCreatedTo'.",
		`{"dateCreatedFrom":"2026-01-01T00:00:00Z","dateCreatedTo":"2026-04-11T00:00:00.001Z"}`: "must not be longer than 100 days.",
	} {
		bad.send("POST", "/collective-identifiers/query", json.RawMessage(body)).refused(21405, detail)
	}
	l.send("POST", "/collective-identifiers/query", createdIn("2026-01-01T00:00:00Z", "2026-04-11T00:00:00Z")).want(200)
	list := func(numbers ...string) *reply {
		return bad.send("POST", "/collective-identifiers/invoices", map[string]any{"collectiveIdentifierNumbers": numbers})
	}
	list().refused(21405, "'collectiveIdentifierNumbers' must not be empty.")
	list("123").refused(21405, "'collectiveIdentifierNumbers[0]' is not in the correct format.")
	list(strings.Fields(strings.Repeat("1111111111-IZ202607-65ED02180000-E7 ", 11))...).refused(21405, "'collectiveIdentifierNumbers' must contain 10 items or fewer. You entered 11 items.")
	list("1111111111-IZ202607-65ED02180000-E7").want(200).is("invoices", "[]")
	bad.send("POST", "/collective-identifiers/invoices?pageSize=501", map[string]any{"collectiveIdentifierNumbers": []string{"1111111111-IZ202607-65ED02180000-E7"}}).refused(21405, "between 10 and 500")
	bad.send("GET", "/collective-identifiers/1/invoices", nil).refused(21405)
	bad.send("GET", "/collective-identifiers/1111111111-IZ202607-65ED02180000-E7/invoices?pageSize=201", nil).refused(21405, "between 10 and 200")
	bad.send("GET", "/collective-identifiers/ksef/1", nil).refused(21405)

	l.Server.Grant(ksef.Identifier{Kind: ksef.KindNIP, Value: nipA}, ksef.Identifier{Kind: ksef.KindPESEL, Value: pesel}, ksef.Introspection)
	introspector := (&harness{Server: l.Server, t: t, contract: l.contract, remote: "127.0.0.1:1"}).login(nipA, personFor(t, pesel))
	for _, r := range []*reply{
		introspector.collect(n[0], n[1]),
		introspector.send("POST", "/collective-identifiers/query", createdIn(march, april)),
		introspector.send("POST", "/collective-identifiers/invoices", map[string]any{"collectiveIdentifierNumbers": []string{"1111111111-IZ202607-65ED02180000-E7"}}),
		introspector.send("GET", "/collective-identifiers/1111111111-IZ202607-65ED02180000-E7/invoices", nil),
		introspector.send("GET", "/collective-identifiers/ksef/"+n[0], nil),
	} {
		r.want(403).is("security.requiredAnyOfPermissions", "[InvoiceRead InvoiceWrite CollectiveIdentifierManage]")
	}
}

// An invoice can be in 132 identifiers of a context, and in as many of another.
func TestCollectedTooOften(t *testing.T) {
	l := sender(t, nil)
	n := l.stored(paper{}, paper{}, paper{}, paper{})
	for range 132 {
		l.collect(n[0], n[1]).want(201)
	}
	l.collect(n[2], n[0], n[1]).refused(71002, "Faktura o numerze KSeF "+n[0]+" jest już przypisana do maksymalnej liczby Identyfikatorów Zbiorczych.", n[1])
	l.collect(n[2], n[3]).want(201)
	l.login2(nipB).collect(n[0], n[1]).want(201)
}

func TestCollectivePages(t *testing.T) {
	l := sender(t, nil)
	papers := make([]paper, 25)
	n := l.stored(papers...)
	var all []any
	for _, number := range n {
		all = append(all, number)
	}
	var numbers []string
	for range 25 {
		numbers = append(numbers, l.collect(all...).want(201).text("collectiveIdentifierNumber"))
		l.Advance(time.Second)
	}
	l.Advance(defaultStorageLag)
	slices.Reverse(numbers) // the newest first
	walk := func(method, path string, body any, list, name string) (found []string, tokens []string) {
		at := l
		for {
			r := at.send(method, path, body).want(200)
			for _, item := range r.at(list).([]any) {
				found = append(found, item.(map[string]any)[name].(string))
			}
			token, more := r.at("continuationToken").(string)
			if !more {
				return found, tokens
			}
			tokens = append(tokens, token)
			at = login{harness: l.with("x-continuation-token: " + token)}
		}
	}
	got, tokens := walk("POST", "/collective-identifiers/query", createdIn(march, april), "collectiveIdentifiers", "collectiveIdentifierNumber")
	if !slices.Equal(got, numbers) || len(tokens) != 2 {
		t.Errorf("%d found on %d pages", len(got), len(tokens)+1)
	}
	if got, tokens := walk("GET", "/collective-identifiers/ksef/"+n[7], nil, "collectiveIdentifiers", "collectiveIdentifierNumber"); !slices.Equal(got, numbers) || len(tokens) != 2 {
		t.Errorf("of an invoice: %d found on %d pages", len(got), len(tokens)+1)
	}
	sorted := slices.Clone(n)
	slices.Sort(sorted)
	slices.Reverse(sorted)
	if got, tokens := walk("GET", "/collective-identifiers/"+numbers[0]+"/invoices", nil, "invoices", "ksefNumber"); !slices.Equal(got, sorted) || len(tokens) != 2 {
		t.Errorf("invoices: %d found on %d pages", len(got), len(tokens)+1)
	}
	two := map[string]any{"collectiveIdentifierNumbers": numbers[:2]}
	if got, tokens := walk("POST", "/collective-identifiers/invoices?pageSize=20", two, "invoices", "ksefNumber"); len(got) != 50 || len(tokens) != 2 || !slices.IsSortedFunc(got, func(a, b string) int { return strings.Compare(b, a) }) {
		t.Errorf("invoices of two: %q on %d pages", got, len(tokens)+1)
	}
	for path, body := range map[string]any{
		"/collective-identifiers/invoices": two,
		"/collective-identifiers/query":    createdIn(march, april),
	} {
		token := "abc"
		if body != nil && path == "/collective-identifiers/invoices" {
			token = tokens[0] // another listing's
		}
		(&login{harness: l.with("x-continuation-token: " + token)}).send("POST", path, body).refused(21418)
	}
	(&login{harness: l.with("x-continuation-token: " + tokens[0])}).send("GET", "/collective-identifiers/ksef/"+n[7], nil).refused(21418)
}
