package sandbox

import (
	"cmp"
	"slices"
	"sort"
	"sync"
	"time"

	"github.com/ksef-go/ksef"
)

// register is where the repository looks for invoices: by whom they name and in which role, by the date of
// choice. It takes in what was accepted when somebody next looks, so that sending pays nothing for it, and has a
// lock of its own, so that looking keeps nobody from sending.
type register struct {
	mu       sync.RWMutex
	taken    int // how many of the accepted invoices it has
	byNumber map[string]*record
	shelves  map[place]*shelf
	marks    marks
}

func newRegister() *register {
	return &register{byNumber: map[string]*record{}, shelves: map[place]*shelf{}}
}

// record is an invoice in the register. It never changes.
type record struct {
	metadata
	places    []place
	keys      [dateTypes]int64
	available time.Time // when it can be found and downloaded
	document  []byte
}

// place is what somebody is to an invoice: where their invoices are found.
type place struct {
	role role
	who  identifier // as in a context
}

// role is what somebody can be to an invoice.
type role int

const (
	asSeller role = iota
	asBuyer
	asThird
	asAuthorized
)

// subjectTypes are the roles in requests.
var subjectTypes = []string{"Subject1", "Subject2", "Subject3", "SubjectAuthorized"}

// dateType is a date by which invoices are found and sorted.
type dateType int

const (
	byIssue dateType = iota
	byInvoicing
	byStorage
	dateTypes
)

// dateTypeNames are the dates in requests.
var dateTypeNames = []string{"Issue", "Invoicing", "PermanentStorage"}

// tick is as fine as KSeF's times are. What was told of a time finds it again.
const tick = 100 * time.Nanosecond

// key is an instant as a number of ticks.
func key(t time.Time) int64 {
	return t.Unix()*int64(time.Second/tick) + int64(t.Nanosecond())/int64(tick)
}

// dayKey is a calendar day as a number that grows.
func dayKey(day string) int64 {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0 // the schema lets no such date pass
	}
	return t.Unix()
}

// newRecord reads an accepted invoice.
func newRecord(i *invoice) *record {
	m, err := readMetadata(i.sending.form, i.document)
	if err != nil { // what validation saw must do for what is missing
		m.Number = cmp.Or(m.Number, i.facts.Number)
		m.Issued = cmp.Or(m.Issued, firstCharacters(i.facts.IssueDate, len(time.DateOnly)))
		m.Seller.NIP = cmp.Or(m.Seller.NIP, i.facts.SellerNIP)
		m.Currency, m.Kind = cmp.Or(m.Currency, "PLN"), cmp.Or(m.Kind, "Vat")
		m.Attachment = i.facts.HasAttachment
	}
	m.KSeFNumber, m.Mode, m.Hash, m.Corrects = i.number, i.mode, i.hash, i.corrects
	m.Sent, m.Acquired, m.Stored = timestamp(i.sent), timestamp(i.acquired), timestamp(i.stored)
	r := &record{metadata: m, available: i.available, document: i.document}
	r.keys = [...]int64{dayKey(m.Issued), key(i.sent), key(i.stored)}
	r.place(asSeller, partyIdentifier{byNIP, m.Seller.NIP})
	r.place(asBuyer, m.Buyer.Identifier)
	for _, t := range m.Third {
		r.place(asThird, t.Identifier)
	}
	if m.Authorized != nil {
		r.place(asAuthorized, partyIdentifier{byNIP, m.Authorized.NIP})
	}
	return r
}

// place notes what somebody is to the invoice, if they can be a context. A taxpayer of another country is one
// together with the Polish taxpayer whose invoices it deals with.
func (r *record) place(as role, id partyIdentifier) {
	p := place{as, identifier{ksef.KindNIP, id.Value}}
	switch id.Type {
	case byNIP:
	case byInternalID:
		p.who.Type = ksef.KindInternalID
	case byVATUE:
		p.who = identifier{ksef.KindVATUE, r.Seller.NIP + "-" + id.Value}
	default:
		return
	}
	if !slices.Contains(r.places, p) {
		r.places = append(r.places, p)
	}
}

// names reports whether the invoice names somebody, in whatever role.
func (r *record) names(who identifier) bool {
	return slices.ContainsFunc(r.places, func(p place) bool { return p.who == who })
}

// shelf holds the invoices of a place, by each date.
type shelf struct {
	by     [dateTypes][]*record
	sorted [dateTypes]int // how many of them are sorted
}

// take takes in what was accepted since it last did. The invoices are read on all processors.
func (g *register) take(accepted []*invoice) {
	g.mu.RLock()
	current := g.taken >= len(accepted)
	g.mu.RUnlock()
	if current {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.taken >= len(accepted) {
		return
	}
	fresh := accepted[g.taken:]
	records := make([]*record, len(fresh))
	inParallel(len(fresh), func(n int) { records[n] = newRecord(fresh[n]) })
	for _, r := range records {
		g.byNumber[r.KSeFNumber] = r
		for _, p := range r.places {
			if g.shelves[p] == nil {
				g.shelves[p] = new(shelf)
			}
			for d := range dateTypes {
				g.shelves[p].by[d] = append(g.shelves[p].by[d], r)
			}
		}
	}
	for _, r := range records {
		for _, p := range r.places {
			for d := range dateTypes {
				g.shelves[p].sort(d)
			}
		}
	}
	g.taken = len(accepted)
}

// sort puts what came last in its place. Of invoices of one date the one accepted first comes first.
func (s *shelf) sort(d dateType) {
	all, begin := s.by[d], s.sorted[d]
	if begin == len(all) {
		return
	}
	compare := func(a, b *record) int { return cmp.Compare(a.keys[d], b.keys[d]) }
	tail := all[begin:]
	slices.SortStableFunc(tail, compare)
	// What is not later than the first of the new ones stays where it is; the rest is mostly short.
	at := sort.Search(begin, func(n int) bool { return all[n].keys[d] > tail[0].keys[d] })
	if at < begin {
		slices.SortStableFunc(all[at:], compare)
	}
	s.sorted[d] = len(all)
}

// each calls visit with the invoices of a place whose date is in a range, in their order, until it returns
// false. Visit must not use the register.
func (g *register) each(p place, d dateType, from, to int64, descending bool, visit func(*record) bool) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	s := g.shelves[p]
	if s == nil {
		return
	}
	all := s.by[d]
	low := sort.Search(len(all), func(n int) bool { return all[n].keys[d] >= from })
	high := sort.Search(len(all), func(n int) bool { return all[n].keys[d] > to })
	for n := low; n < high; n++ {
		r := all[n]
		if descending {
			r = all[high-1-(n-low)]
		}
		if !visit(r) {
			return
		}
	}
}

// find returns the invoice with a number; nil when there is none.
func (g *register) find(number string) *record {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.byNumber[number]
}

// register returns the register with all that has been accepted.
func (s *Server) register() *register {
	s.mu.Lock()
	g, accepted := s.state.index, s.state.accepted
	s.mu.Unlock()
	g.take(accepted)
	return g
}
