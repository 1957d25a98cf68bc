package sandbox

import (
	"slices"
	"sync"
	"time"

	"github.com/ksef-go/ksef"
)

// maxFound is how many invoices one set of filters finds.
const maxFound = 10_000

// Codes of receiving.
const (
	codeNoInvoice      ksef.Code = 21164
	codeNotYet         ksef.Code = 21165
	codeNoExport       ksef.Code = 21175
	codeExportSubject  ksef.Code = 21181
	codeTooManyExports ksef.Code = 21182
	codeBeyondMark     ksef.Code = 21183
)

// beyondMark is what is wrong with a range that begins where the repository is not complete yet.
const beyondMark = "Parametr dateRange.from jest późniejszy niż PermanentStorageHwmDate przy włączonym restrictToPermanentStorageHwmDate."

// queryInvoices answers POST /invoices/query/metadata.
func (s *Server) queryInvoices(c *call) (any, error) {
	if err := c.need(ksef.InvoiceRead); err != nil {
		return nil, err
	}
	var in invoiceFilters
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	query := c.r.URL.Query()
	descending := false
	if query.Has("sortOrder") {
		descending = v.oneOf("sortOrder", query.Get("sortOrder"), "Asc", "Desc") == "Desc"
	}
	offset, size := v.pageOffset(query), v.pageSize(query, 250)
	q := v.filters(&in, "", c.now)
	if err := v.err(); err != nil {
		return nil, err
	}
	g := s.register()
	out := struct {
		More      bool       `json:"hasMore"`
		Truncated bool       `json:"isTruncated"`
		Mark      *timestamp `json:"permanentStorageHwmDate,omitempty"`
		Invoices  []metadata `json:"invoices"`
	}{Invoices: []metadata{}}
	if q.date == byStorage {
		mark, ok := q.underMark(g.marks.of(q.asked(c.by.session), offset == 0, s.highWaterMark(c.now)))
		if !ok {
			return nil, bad(codeBeyondMark, beyondMark)
		}
		out.Mark = &mark
	}
	page := g.page(&q, c.by.session.context, c.now, descending, offset, size)
	out.More, out.Truncated = page.more, page.truncated
	for _, r := range page.records {
		out.Invoices = append(out.Invoices, r.metadata)
	}
	return out, nil
}

// underMark keeps a search by the date of storage to what the high-water mark allows, and returns the mark as it
// is told. It fails when the search is restricted to the mark and begins behind it.
func (q *search) underMark(mark time.Time) (timestamp, bool) {
	if q.Range.Restrict {
		if q.from.After(mark) {
			return timestamp{}, false
		}
		if q.to.After(mark) {
			q.to = mark
		}
	}
	if q.to.Before(mark) {
		mark = q.to
	}
	return timestamp(mark), true
}

// foundPage is a page of what was found.
type foundPage struct {
	records         []*record
	more, truncated bool
}

// page finds one page. The limit of all pages together ends a page before its time, and is told there.
func (g *register) page(q *search, context identifier, now time.Time, descending bool, offset, size int) (p foundPage) {
	begin := maxFound
	if offset < maxFound/size+1 {
		begin = min(offset*size, maxFound)
	}
	end := min(begin+size, maxFound)
	from, to := q.keys()
	n := 0
	g.each(place{q.as, context}, q.date, from, to, descending, func(r *record) bool {
		if now.Before(r.available) || !q.matches(r) {
			return true
		}
		switch n++; {
		case n > end:
			p.more, p.truncated = true, end == maxFound
			return false
		case n > begin:
			p.records = append(p.records, r)
		}
		return true
	})
	return p
}

// marks remember the high-water marks of queries, which stay as they were on the first page.
type marks struct {
	mu     sync.Mutex
	latest []marked // the newest last
}

// marked is the mark of a query.
type marked struct {
	asked
	mark time.Time
}

// asked is what tells queries apart, as far as marks go.
type asked struct {
	by       *session
	as       role
	from, to time.Time // to is zero for a range without an end
}

func (q *search) asked(by *session) asked {
	a := asked{by: by, as: q.as, from: q.from}
	if q.Range.To != nil {
		a.to = q.to
	}
	return a
}

// keptMarks is how many queries are remembered.
const keptMarks = 256

// of returns the mark of a query, which is now's on the first page.
func (m *marks) of(what asked, first bool, now time.Time) time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := slices.IndexFunc(m.latest, func(k marked) bool { return k.asked == what })
	if at >= 0 && !first {
		return m.latest[at].mark
	}
	if at < 0 && len(m.latest) == keptMarks {
		at = 0
	}
	if at >= 0 {
		m.latest = slices.Delete(m.latest, at, at+1)
	}
	m.latest = append(m.latest, marked{what, now})
	return now
}
