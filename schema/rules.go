package schema

import (
	"strconv"
	"time"

	"github.com/ksef-go/ksef/internal/checksum"
)

// Rules are the checks that KSeF makes of an invoice beyond its schema
// (ksef-docs faktury/weryfikacja-faktury.md). The zero Rules are those of
// production.
//
// They are: no byte order mark; at most MaxSize bytes, MaxSizeAttached with an
// attachment; no processing instructions; no characters that XML 1.0 §2.2
// discourages, not even as references; an issue date no later than the day of
// acceptance in Warsaw; valid check digits in the NIP of Podmiot1, Podmiot2,
// Podmiot3 and PodmiotUpowazniony and in the internal identifier (IDWew) of
// Podmiot3. Whether an invoice may be sent, by whom and in which session, is
// not a matter of its document.
type Rules struct {
	// Accepted is the moment of acceptance; zero means now.
	Accepted time.Time
	// MaxSize and MaxSizeAttached are sizes in bytes; 0 means 1,000,000 and
	// 3,000,000. They are limits of the context, which KSeF can change.
	MaxSize, MaxSizeAttached int64
	// AnyNIP leaves out the check digits, as the test environment does.
	AnyNIP bool
	// AnyCharacter admits processing instructions and discouraged characters,
	// as production did before 2026-10-19.
	AnyCharacter bool
}

func (r *Rules) maxSize(attached bool) int64 {
	switch {
	case attached && r.MaxSizeAttached > 0:
		return r.MaxSizeAttached
	case attached:
		return 3_000_000
	case r.MaxSize > 0:
		return r.MaxSize
	}
	return 1_000_000
}

// today is the latest issue date: the day of acceptance.
func (r *Rules) today() string {
	at := r.Accepted
	if at.IsZero() {
		at = time.Now()
	}
	return inWarsaw(at).Format(time.DateOnly)
}

// inWarsaw moves t to the civil time of Poland, which needs no time zone
// database: Directive 2000/84/EC has summer time from the last Sunday of March
// to that of October, at 01:00 UTC.
func inWarsaw(t time.Time) time.Time {
	t = t.UTC()
	change := func(m time.Month) time.Time {
		last := time.Date(t.Year(), m, 31, 1, 0, 0, 0, time.UTC)
		return last.AddDate(0, 0, -int(last.Weekday()))
	}
	if t.Before(change(time.March)) || !t.Before(change(time.October)) {
		return t.In(time.FixedZone("CET", 3600))
	}
	return t.In(time.FixedZone("CEST", 7200))
}

// watched takes in the value of an element that has a role; valid tells
// whether its schema accepts it.
func (v *validator) watched(r role, value []byte, at int, valid bool) {
	switch invoice := &v.report.Invoice; r {
	case sellerRole:
		v.takeNIP(&invoice.SellerNIP, value)
	case buyerRole:
		v.takeNIP(&invoice.BuyerNIP, value)
	case numberRole:
		invoice.Number = string(value)
	case kindRole:
		invoice.Kind = string(value)
	case issueDateRole:
		invoice.IssueDate = string(value)
	case uniqueRole:
		v.once("", value, at)
	}
	if rules := v.options.Rules; rules != nil && valid {
		v.checkRole(rules, r, value, at)
	}
}

func (v *validator) checkRole(rules *Rules, r role, value []byte, at int) {
	switch r {
	case issueDateRole:
		const day = len(time.DateOnly)
		if today := rules.today(); len(value) >= day && string(value[:day]) > today {
			v.violate(CodeIssueDate, at, string(value), today)
		}
	case sellerRole, buyerRole, nipRole, internalIDRole:
		nip := value[:min(len(value), 10)]
		if v.report.Form <= FARR && !rules.AnyNIP && !checksum.NIP(string(nip)) {
			v.violate(CodeNIP, at, string(nip), "")
		}
	}
}

// takeNIP keeps the first value.
func (v *validator) takeNIP(to *string, value []byte) {
	if v.report.Form > FARR && len(value) == 12 && string(value[:2]) == "PL" {
		value = value[2:]
	}
	if *to == "" {
		*to = string(value)
	}
}

// takeNotes turns what was noted while reading into violations.
func (v *validator) takeNotes() {
	for _, n := range v.notes {
		x := Violation{Code: n.code, Path: v.path(), Line: n.line, Column: n.column}
		if n.code == CodeDiscouraged {
			x.Value = codePoint(n.value)
		}
		v.add(x)
	}
	v.notes = v.notes[:0]
}

// checkSize checks the size of a document read to its end, or past what can
// be right.
func (v *validator) checkSize() {
	rules := v.options.Rules
	if rules == nil || v.problem.code == CodeSize {
		return
	}
	if limit := rules.maxSize(v.report.Invoice.HasAttachment); v.report.Size > limit {
		v.violate(CodeSize, v.pos, strconv.FormatInt(v.report.Size, 10), strconv.FormatInt(limit, 10))
	}
}
