package sandbox

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
)

// query asks for metadata and demands a page.
func (l login) query(parameters string, filters map[string]any) *reply {
	l.t.Helper()
	return l.send("POST", "/invoices/query/metadata"+parameters, filters).want(200)
}

// filters are those of a search for all that somebody is subject of in March, by the date of storage, and more.
func filters(subject string, more ...any) map[string]any {
	m := map[string]any{"subjectType": subject, "dateRange": dates("PermanentStorage", "2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z")}
	for i := 0; i < len(more); i += 2 {
		m[more[i].(string)] = more[i+1]
	}
	return m
}

func dates(kind, from, to string, more ...any) map[string]any {
	m := map[string]any{"dateType": kind, "from": from, "to": to}
	if to == "" {
		delete(m, "to")
	}
	for i := 0; i < len(more); i += 2 {
		m[more[i].(string)] = more[i+1]
	}
	return m
}

// stored puts papers into the repository, an hour apart from March 1 on, and returns their numbers.
func (h *harness) stored(papers ...paper) []string {
	h.t.Helper()
	begin := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	had := len(h.numbers())
	for i, p := range papers {
		p.issued = or(p.issued, "2026-03-01")
		p.number = or(p.number, fmt.Sprintf("FV/%d", had+i+1))
		h.storeOne(p.bytes(), begin.Add(time.Duration(had+i)*time.Hour))
	}
	return h.numbers()[had:]
}

func (h *harness) storeOne(doc []byte, at time.Time) {
	h.t.Helper()
	if err := h.Store(slices.Values([]Stored{{doc, at}})); err != nil {
		h.t.Fatal(err)
	}
}

func (h *harness) numbers() []string {
	var out []string
	for i := range h.Invoices() {
		out = append(out, string(i.KSeFNumber))
	}
	return out
}

// found are the KSeF numbers on a page.
func (r *reply) found() []string {
	r.t.Helper()
	var page struct{ Invoices []struct{ KSeFNumber string } }
	r.decode(&page)
	out := []string{}
	for _, i := range page.Invoices {
		out = append(out, i.KSeFNumber)
	}
	return out
}

func (r *reply) finds(numbers ...string) *reply {
	r.t.Helper()
	if got := r.found(); !slices.Equal(got, numbers) && len(got)+len(numbers) > 0 {
		r.t.Errorf("found %q, want %q", got, numbers)
	}
	return r
}

// An invoice that was sent is found by both parties, with all that KSeF tells of it, and downloads byte for byte.
func TestReceive(t *testing.T) {
	l := sender(t, nil)
	doc := paper{issued: "2026-03-13"}.bytes()
	b := l.open()
	number := b.fate(200, doc).text("ksefNumber")
	buyer := l.login2(nipB)

	buyer.send("GET", "/invoices/ksef/"+number, nil).refused(21165, "nie jest jeszcze dostępna do pobrania")
	buyer.query("", filters("Subject2")).finds().is("hasMore", false).is("isTruncated", false)
	l.Advance(defaultStorageLag)
	for _, who := range []login{l, buyer} {
		r := who.send("GET", "/invoices/ksef/"+number, nil).want(200).hashed()
		if string(r.body) != string(doc) || r.header.Get("Content-Type") != "application/xml" {
			t.Errorf("downloaded %s %s", r.header.Get("Content-Type"), r.body)
		}
	}
	r := buyer.query("", filters("Subject2")).finds(number)
	l.query("", filters("Subject1")).finds(number)
	l.query("", filters("Subject2")).finds()
	for path, want := range map[string]any{
		"invoiceNumber": "FV/1/2026", "issueDate": "2026-03-13", "seller.nip": nipA, "seller.name": "Warsztat pod Lipą",
		"buyer.identifier.type": "Nip", "buyer.identifier.value": nipB, "buyer.name": "Młyn nad Rzeką",
		"netAmount": 100, "vatAmount": 23, "grossAmount": 123, "currency": "PLN", "invoicingMode": "Offline", "invoiceType": "Vat",
		"formCode.systemCode": "FA (3)", "isSelfInvoicing": false, "hasAttachment": false, "thirdSubjects": "[]",
		"invoicingDate": "2026-03-14T15:09:26.5358979+00:00", "acquisitionDate": "2026-03-14T15:09:26.5358979+00:00",
		"authorizedSubject": nil, "hashOfCorrectedInvoice": nil,
	} {
		r.is("invoices.0."+path, want)
	}
	stored, err := time.Parse(time.RFC3339, r.text("invoices.0.permanentStorageDate"))
	if lag := stored.Sub(l.Now().Add(-defaultStorageLag)); err != nil || lag < 0 || lag > defaultStorageLag {
		t.Errorf("stored at %v, %v", stored, err)
	}
	b.invoice(b.sent(paper{number: "other"}.bytes())).is("permanentStorageDate", nil)
}

// login2 logs another taxpayer in on the same server.
func (l login) login2(nip string) login {
	l.t.Helper()
	return (&harness{Server: l.Server, t: l.t, contract: l.contract, remote: "127.0.0.1:1"}).login(nip, sealFor(l.t, nip))
}

// Who is not named in an invoice cannot tell whether there is one.
func TestDownloadRefused(t *testing.T) {
	l := sender(t, nil)
	numbers := l.stored(paper{})
	stranger := l.login2("5252248481")
	stranger.send("GET", "/invoices/ksef/"+numbers[0], nil).refused(21164, "Faktura o numerze KSeF "+numbers[0]+" nie została znaleziona.")
	l.send("GET", "/invoices/ksef/5261040828-20260301-ABCDEF012345-67", nil).refused(21164)
	l.send("GET", "/invoices/ksef/5261040828-20260301-ABCDEF-012345-67", nil).refused(21164) // KSeF 1.0's form
	bad := login{harness: l.sloppy()}
	bad.send("GET", "/invoices/ksef/5261040828-20260301-abcdef012345-67", nil).refused(21405, "'ksefNumber'")
	bad.send("GET", "/invoices/ksef/1", nil).refused(21405, "'ksefNumber'")

	l.Server.Grant(ksef.Identifier{Kind: ksef.KindNIP, Value: nipA}, ksef.Identifier{Kind: ksef.KindPESEL, Value: pesel}, ksef.InvoiceWrite)
	writer := (&harness{Server: l.Server, t: t, contract: l.contract, remote: "127.0.0.1:1"}).login(nipA, personFor(t, pesel))
	for _, r := range []*reply{
		writer.send("GET", "/invoices/ksef/"+numbers[0], nil),
		writer.send("POST", "/invoices/query/metadata", filters("Subject1")),
	} {
		r.want(403).is("reasonCode", "missing-permissions").is("security.requiredAnyOfPermissions", "[InvoiceRead]")
	}
}

// thirdXML is a Podmiot3, and agentXML a PodmiotUpowazniony.
func thirdXML(id, role string) string {
	return `<Podmiot3><DaneIdentyfikacyjne>` + id + `<Nazwa>Spichlerz</Nazwa></DaneIdentyfikacyjne>` + role + `</Podmiot3>`
}

const agentXML = `<PodmiotUpowazniony><DaneIdentyfikacyjne><NIP>5252248481</NIP><Nazwa>Przedstawiciel</Nazwa></DaneIdentyfikacyjne>` +
	`<Adres><KodKraju>PL</KodKraju><AdresL1>ul. Dębowa 1</AdresL1></Adres><RolaPU>3</RolaPU></PodmiotUpowazniony>`

// What somebody is to an invoice decides where it is found, and what it tells of third parties is told.
func TestSubjects(t *testing.T) {
	const third, unit = "5252248481", nipB + "-12345"
	l := sender(t, nil)
	numbers := l.stored(
		paper{before: thirdXML("<NIP>"+third+"</NIP>", "<Rola>1</Rola>") + thirdXML("<BrakID>1</BrakID>", "<RolaInna>1</RolaInna><OpisRoli>gap</OpisRoli>")},
		paper{before: thirdXML("<IDWew>"+unit+"</IDWew>", "<Rola>8</Rola>") + thirdXML("<KodUE>DE</KodUE><NrVatUE>123456789</NrVatUE>", "<Rola>4</Rola>")},
		paper{before: agentXML},
	)
	l.Server.Grant(ksef.Identifier{Kind: ksef.KindInternalID, Value: unit}, ksef.Identifier{Kind: ksef.KindNIP, Value: nipB}, ksef.InvoiceRead)
	h := &harness{Server: l.Server, t: t, contract: l.contract, remote: "127.0.0.1:1"}
	doc := h.document(nipB)
	doc.context = "<InternalId>" + unit + "</InternalId>"
	inUnit := h.submit(doc.String(), sealFor(t, nipB)).operation(h).redeemed()
	inThird := l.login2(third)
	for _, c := range []struct {
		who     login
		subject string
		want    []string
	}{
		{l, "Subject1", numbers}, {l, "Subject2", nil}, {l, "Subject3", nil}, {l, "SubjectAuthorized", nil},
		{l.login2(nipB), "Subject2", numbers}, {l.login2(nipB), "Subject3", nil},
		{inThird, "Subject3", numbers[:1]}, {inThird, "SubjectAuthorized", numbers[2:]}, {inThird, "Subject1", nil},
		{inUnit, "Subject3", numbers[1:2]}, {inUnit, "Subject2", nil},
	} {
		t.Run(c.subject, func(t *testing.T) {
			c.who.query("", filters(c.subject)).finds(c.want...)
		})
	}
	inUnit.send("GET", "/invoices/ksef/"+numbers[1], nil).want(200)
	inUnit.send("GET", "/invoices/ksef/"+numbers[0], nil).refused(21164)
	r := l.query("", filters("Subject1"))
	for path, want := range map[string]any{
		"0.thirdSubjects.0.identifier.type": "Nip", "0.thirdSubjects.0.identifier.value": third, "0.thirdSubjects.0.role": 1,
		"0.thirdSubjects.1.identifier.type": "None", "0.thirdSubjects.1.identifier.value": nil, "0.thirdSubjects.1.role": 0,
		"1.thirdSubjects.0.identifier.type": "InternalId", "1.thirdSubjects.0.name": "Spichlerz",
		"1.thirdSubjects.1.identifier.type": "VatUe", "1.thirdSubjects.1.identifier.value": "DE123456789",
		"2.authorizedSubject.nip": third, "2.authorizedSubject.role": 3,
	} {
		r.is("invoices."+path, want)
	}
}

// Each filter finds what it should and nothing else.
func TestFilters(t *testing.T) {
	l := sender(t, nil)
	l.stored(
		paper{},
		paper{buyer: "5252248481", kind: "KOR_ZAL", number: "odd one", issued: "2026-02-28"},
	)
	foreign := strings.NewReplacer("PLN", "EUR", "<P_13_1>100</P_13_1><P_14_1>23</P_14_1><P_15>123</P_15>",
		"<P_13_1>10.50</P_13_1><P_14_1>2.42</P_14_1><P_14_1W>10.33</P_14_1W><P_13_7>-0.50</P_13_7><P_15>12.42</P_15>")
	doc := paper{selfInvoiced: true, extra: attachment, issued: "2026-03-02"}.bytes()
	l.storeOne([]byte(foreign.Replace(string(doc))), time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
	numbers := l.numbers()
	all := []string{numbers[0], numbers[1], numbers[2]}
	for name, c := range map[string]struct {
		filter any
		want   []string
	}{
		"ksefNumber":           {numbers[1], numbers[1:2]},
		"invoiceNumber":        {"odd one", numbers[1:2]},
		"invoiceNumber_other":  {"odd", nil},
		"sellerNip":            {nipA, all},
		"sellerNip_other":      {nipB, nil},
		"buyerIdentifier":      {map[string]any{"type": "Nip", "value": "5252248481"}, numbers[1:2]},
		"buyerIdentifier_none": {map[string]any{"type": "None"}, nil},
		"currencyCodes":        {[]string{"EUR", "USD"}, numbers[2:]},
		"invoicingMode":        {"Offline", numbers[1:2]},
		"isSelfInvoicing":      {true, numbers[2:]},
		"isSelfInvoicing_not":  {false, numbers[:2]},
		"formType":             {"FA", all},
		"formType_other":       {"PEF", nil},
		"invoiceTypes":         {[]string{"Roz", "KorZal"}, numbers[1:2]},
		"hasAttachment":        {true, numbers[2:]},
		"amount":               {map[string]any{"type": "Brutto", "from": 12.42, "to": 12.42}, numbers[2:]},
		"amount_above":         {map[string]any{"type": "Brutto", "from": 12.421}, numbers[:2]},
		"amount_net":           {map[string]any{"type": "Netto", "to": 10}, numbers[2:]},
		"amount_vat":           {map[string]any{"type": "Vat", "from": -1, "to": 10.339}, numbers[2:]},
		"amount_any":           {map[string]any{"type": "Vat"}, all},
	} {
		t.Run(name, func(t *testing.T) {
			field, _, _ := strings.Cut(name, "_")
			l.query("", filters("Subject1", field, c.filter)).finds(c.want...)
		})
	}
	login{harness: l.sloppy()}.query("", filters("subject1", "ksefNumber", nil, "amount", nil, "buyerIdentifier", nil, "invoiceTypes", nil, "formType", nil)).finds(all...)
}

// What is wrong with a query is told, all of it at once.
func TestQueryRefused(t *testing.T) {
	l := sender(t, nil)
	bad := login{harness: l.sloppy()}
	for name, c := range map[string]struct {
		parameters string
		filters    map[string]any
		details    []string
	}{
		"page":  {"?pageSize=9", filters("Subject1"), []string{"'pageSize' must be between 10 and 250. You entered 9."}},
		"large": {"?pageSize=251&pageOffset=-1&sortOrder=Up", filters("Subject1"), []string{"You entered 251", "'pageOffset'", "'sortOrder'"}},
		"empty": {"", map[string]any{}, []string{"'subjectType'", "'dateRange'"}},
		"range": {"", map[string]any{"subjectType": "Subject1", "dateRange": map[string]any{}}, []string{"'dateRange.dateType'", "'dateRange.from'"}},
		"turned": {"", map[string]any{"subjectType": "Subject1", "dateRange": dates("Issue", "2026-03-02T00:00:00Z", "2026-03-01T00:00:00Z")},
			[]string{"'dateRange.from' must be less"}},
		"values": {"", filters("Subject4", "ksefNumber", "x", "sellerNip", "1", "invoiceNumber", strings.Repeat("x", 257), "amount", map[string]any{},
			"buyerIdentifier", map[string]any{"type": "Nip"}, "currencyCodes", []string{"PLN", "XYZ"}, "invoicingMode", "x", "formType", "x", "invoiceTypes", []string{"x"}),
			[]string{"'subjectType'", "'ksefNumber'", "'sellerNip'", "'invoiceNumber'", "'amount.type'", "'buyerIdentifier.value'", "'currencyCodes[1]'",
				"'invoicingMode'", "'formType'", "'invoiceTypes[0]'"}},
		"buyer": {"", filters("Subject1", "buyerIdentifier", map[string]any{"type": "VatUe", "value": strings.Repeat("x", 51)}), []string{"'buyerIdentifier.value'"}},
	} {
		t.Run(name, func(t *testing.T) {
			bad.send("POST", "/invoices/query/metadata"+c.parameters, c.filters).refused(21405, c.details...)
		})
	}
	bad.send("POST", "/invoices/query/metadata", map[string]any{"subjectType": "Subject1", "dateRange": dates("Issue", "soon", "")}).refused(21001)
}

// A range is three months long at most, in UTC or in Poland.
func TestRange(t *testing.T) {
	l := sender(t, nil)
	for _, c := range []struct {
		from, to string
		good     bool
	}{
		{"2025-12-14T00:00:00Z", "2026-03-13T23:59:59Z", true},
		{"2025-12-14T00:00:00Z", "2026-03-14T00:00:00Z", true},
		{"2025-12-14T00:00:00Z", "2026-03-14T00:00:00.0000001Z", false},
		{"2025-12-14T00:00:00Z", "2026-03-15T00:00:00Z", false},
		{"2025-11-30T00:00:00Z", "2026-02-28T00:00:00Z", true},
		{"2025-11-30T00:00:00Z", "2026-02-28T00:00:01Z", false},
		{"2025-12-29T23:00:00Z", "2026-03-29T22:00:00Z", true},
		{"2026-08-01T00:00:00Z", "2026-11-01T01:00:00Z", true}, // three months of Polish clocks, an hour longer
		{"2026-08-01T00:00:00", "2026-11-01T00:00:00", true},
		{"2026-08-01T00:00:00", "2026-11-01T00:00:01", false},
		{"2025-12-14T15:09:27Z", "", true},
		{"2025-12-14T15:09:26Z", "", false},
	} {
		t.Run(c.from+" "+c.to, func(t *testing.T) {
			who := l
			if !strings.HasSuffix(c.from, "Z") {
				who = login{harness: l.sloppy()} // the contract wants an offset, its text does not
			}
			r := who.send("POST", "/invoices/query/metadata", filters("Subject1", "dateRange", dates("Invoicing", c.from, c.to)))
			if c.good {
				r.want(200).is("permanentStorageHwmDate", nil)
			} else {
				r.refused(21405, "must not be longer than 3 months")
			}
		})
	}
}

// Every date selects and sorts, both ways; ends of ranges belong to them.
func TestDates(t *testing.T) {
	l := sender(t, &Options{StorageLag: -1})
	numbers := l.stored(paper{issued: "2026-02-03"}, paper{issued: "2026-02-01"}, paper{issued: "2026-02-02"})
	backward := slices.Clone(numbers)
	slices.Reverse(backward)
	for _, c := range []struct {
		kind, from, to, order string
		want                  []string
	}{
		{"Invoicing", "2026-03-01T00:00:00Z", "2026-03-01T02:00:00Z", "Asc", numbers},
		{"Invoicing", "2026-03-01T00:00:00Z", "2026-03-01T02:00:00Z", "Desc", backward},
		{"Invoicing", "2026-03-01T00:00:00.0000001Z", "2026-03-01T01:59:59.9999999Z", "Asc", numbers[1:2]},
		{"Invoicing", "2026-03-01T02:00:00+01:00", "2026-03-01T02:00:00+01:00", "Asc", numbers[1:2]},
		{"PermanentStorage", "2026-03-01T01:00:00Z", "", "Asc", numbers[1:]},
		{"Issue", "2026-02-01T12:00:00Z", "2026-02-02T01:00:00Z", "Asc", []string{numbers[1], numbers[2]}},
		{"Issue", "2026-02-01T23:00:00Z", "2026-02-03T10:00:00Z", "Desc", []string{numbers[0], numbers[2]}}, // 23:00 is the next day in Poland
	} {
		t.Run(c.kind+" "+c.from+" "+c.order, func(t *testing.T) {
			l.query("?sortOrder="+c.order, filters("Subject1", "dateRange", dates(c.kind, c.from, c.to))).finds(c.want...)
		})
	}
}

func papers(n int) []paper { return make([]paper, n) }

// Pages follow each other without holes or doubles.
func TestQueryPages(t *testing.T) {
	l := sender(t, nil)
	numbers := l.stored(papers(25)...)
	var got []string
	for page, more := range []bool{true, true, false} {
		r := l.query(fmt.Sprintf("?pageOffset=%d", page), filters("Subject1")).is("hasMore", more).is("isTruncated", false)
		got = append(got, r.found()...)
	}
	if !slices.Equal(got, numbers) {
		t.Errorf("found %q, want %q", got, numbers)
	}
	l.query("?pageOffset=3", filters("Subject1")).finds().is("hasMore", false)
	l.query("?pageOffset=2147483647", filters("Subject1")).finds().is("hasMore", false)
	l.query("?pageSize=25", filters("Subject1")).finds(numbers...).is("hasMore", false)
}

// bulk are invoices enough to go beyond the limit, a second apart.
func bulk(n int) iter.Seq[Stored] {
	begin := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	return func(yield func(Stored) bool) {
		for i := range n {
			doc := paper{issued: "2026-02-01", number: fmt.Sprint(i)}.bytes()
			if !yield(Stored{XML: doc, Acquired: begin.Add(time.Duration(i) * time.Second)}) {
				return
			}
		}
	}
}

// One set of filters finds 10,000 invoices. Whoever goes on from the date of the last one finds the rest.
func TestTruncation(t *testing.T) {
	l := sender(t, nil)
	const total = maxFound + 123
	if err := l.Store(bulk(total)); err != nil {
		t.Fatal(err)
	}
	for _, order := range []string{"Asc", "Desc"} {
		seen := map[string]bool{}
		from, to := "2026-03-01T00:00:00Z", "2026-03-10T00:00:00Z"
		for offset, truncated := 0, 0; ; {
			r := l.query(fmt.Sprintf("?pageSize=250&pageOffset=%d&sortOrder=%s", offset, order),
				filters("Subject1", "dateRange", dates("PermanentStorage", from, to)))
			for _, n := range r.found() {
				seen[n] = true
			}
			if r.at("hasMore") == false {
				if truncated != 1 {
					t.Errorf("truncated %d times", truncated)
				}
				break
			}
			if offset++; r.at("isTruncated") == true {
				if offset != 40 {
					t.Errorf("truncated after %d pages", offset)
				}
				last := r.text("invoices.249.permanentStorageDate")
				if truncated++; order == "Asc" {
					from = last
				} else {
					to = last
				}
				offset = 0
			}
		}
		if len(seen) != total {
			t.Errorf("%s: found %d invoices of %d", order, len(seen), total)
		}
	}
	l.query("?pageSize=250&pageOffset=40", filters("Subject1")).finds().is("hasMore", true).is("isTruncated", true)
	// Pages whose size does not divide the limit end with it.
	r := l.query("?pageSize=30&pageOffset=333", filters("Subject1")).is("hasMore", true).is("isTruncated", true)
	if n := len(r.found()); n != 10 {
		t.Errorf("%d invoices on the last page", n)
	}
}

// The high-water mark is behind the clock, ends with the range, is the same on all pages, and restricts.
func TestMark(t *testing.T) {
	l := sender(t, &Options{StorageLag: 10 * time.Second})
	l.stored(papers(12)...)
	since := func(from string, more ...any) map[string]any {
		return filters("Subject1", "dateRange", dates("PermanentStorage", from, "", more...))
	}
	const mark = "2026-03-14T15:09:16.5358979+00:00"
	l.query("", since("2026-03-01T00:00:00Z")).is("permanentStorageHwmDate", mark).is("hasMore", true)
	l.Advance(time.Minute)
	l.query("?pageOffset=1", since("2026-03-01T00:00:00Z")).is("permanentStorageHwmDate", mark)
	l.query("", since("2026-03-01T00:00:00Z")).is("permanentStorageHwmDate", "2026-03-14T15:10:16.5358979+00:00")
	l.query("", filters("Subject1", "dateRange", dates("PermanentStorage", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"))).
		is("permanentStorageHwmDate", "2026-03-02T00:00:00.0000000+00:00")
	l.query("", since("2026-03-14T15:10:17Z")).finds()
	l.send("POST", "/invoices/query/metadata", since("2026-03-14T15:10:17Z", "restrictToPermanentStorageHwmDate", true)).
		refused(21183, "Parametr dateRange.from jest późniejszy niż PermanentStorageHwmDate")
	l.query("", since("2026-03-14T15:10:16Z", "restrictToPermanentStorageHwmDate", true)).finds()
	for _, kind := range []string{"Issue", "Invoicing"} {
		l.query("", filters("Subject1", "dateRange", dates(kind, "2026-03-14T15:10:17Z", "", "restrictToPermanentStorageHwmDate", true))).
			is("permanentStorageHwmDate", nil)
	}
}

// Behind the mark nothing changes any more; before it what was stored earlier can turn up later.
func TestNothingChangesBehindTheMark(t *testing.T) {
	l := sender(t, &Options{StorageLag: 10 * time.Second})
	for i := range 40 {
		l.storeOne(paper{number: fmt.Sprint(i), issued: "2026-03-14"}.bytes(), l.Now().Add(time.Duration(i)*time.Second))
	}
	type sight struct{ number, stored string }
	look := func(restrict bool) (found []sight, mark string) {
		r := l.query("?pageSize=250", filters("Subject1", "dateRange",
			dates("PermanentStorage", "2026-03-14T00:00:00Z", "", "restrictToPermanentStorageHwmDate", restrict)))
		var page struct {
			Invoices []struct{ KSeFNumber, PermanentStorageDate string }
		}
		r.decode(&page)
		for _, i := range page.Invoices {
			found = append(found, sight{i.KSeFNumber, i.PermanentStorageDate})
		}
		return found, r.text("permanentStorageHwmDate")
	}
	var before []sight
	holes := 0
	for range 62 {
		l.Advance(time.Second)
		all, mark := look(false)
		certain, _ := look(true)
		if len(certain) < len(before) || !slices.Equal(certain[:len(before)], before) {
			t.Fatalf("behind the mark there was %v, and now there is %v", before, certain)
		}
		for _, i := range certain {
			if i.stored > mark {
				t.Errorf("%v is restricted to %s", i, mark)
			}
		}
		before = certain
		if i := slices.IndexFunc(all, func(s sight) bool { return s.stored > mark }); i >= 0 {
			holes++
		}
	}
	if len(before) != 40 || holes == 0 {
		t.Errorf("%d invoices in the end, and beyond the mark there was something %d times", len(before), holes)
	}
}

// Of the other forms, too, it is told what they say.
func TestOtherFormsTold(t *testing.T) {
	l := sender(t, nil)
	march := time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC)
	l.storeOne([]byte(pefInvoice), march)
	l.storeOne([]byte(rrInvoice), march.Add(time.Hour))
	r := l.query("", filters("Subject2")).finds(l.numbers()...)
	l.login2(nipB).query("", filters("Subject1")).finds(l.numbers()...)
	for path, want := range map[string]any{
		"0.invoiceNumber": "PEF/1", "0.issueDate": "2026-03-14", "0.seller.nip": nipB, "0.buyer.identifier.value": nipA, "0.grossAmount": 123,
		"0.currency": "PLN", "0.invoiceType": "VatPef", "0.formCode.systemCode": "PEF (3)", "0.formCode.value": "PEF", "0.thirdSubjects": "[]",
		"1.invoiceNumber": "RR/1", "1.issueDate": "2026-03-14", "1.seller.name": "Rolnik", "1.buyer.name": "Skup mleka", "1.netAmount": 100,
		"1.vatAmount": 7, "1.grossAmount": 107, "1.invoiceType": "VatRr", "1.formCode.value": "FA_RR",
	} {
		r.is("invoices."+path, want)
	}
	l.query("", filters("Subject2", "formType", "PEF")).finds(l.numbers()[0])
	l.query("", filters("Subject2", "invoiceTypes", []string{"VatRr"})).finds(l.numbers()[1])
}

func TestStoreRefuses(t *testing.T) {
	s := New(nil)
	good := paper{}.bytes()
	for name, docs := range map[string][]string{
		"no XML":     {"x"},
		"no invoice": {`<AuthTokenRequest xmlns="http://ksef.mf.gov.pl/auth/token/2.1"/>`},
		"invalid":    {strings.Replace(string(good), "<P_15>123</P_15>", "", 1)},
		"duplicate":  {string(good), string(good)},
	} {
		t.Run(name, func(t *testing.T) {
			err := s.Store(func(yield func(Stored) bool) {
				for _, d := range docs {
					if !yield(Stored{XML: []byte(d)}) {
						return
					}
				}
			})
			if err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("sandbox: invoice %d to be stored: ", len(docs))) {
				t.Errorf("%v", err)
			}
		})
	}
}
