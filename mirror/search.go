package mirror

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ksef-go/ksef"
)

// Filter selects invoices of a mirror. What is not set does not matter; an
// invoice is selected when all of it is true. The zero Filter selects all.
type Filter struct {
	Role       ksef.Role       // of the taxpayer
	KSeFNumber ksef.KSeFNumber // the whole of it
	Number     string          // the seller's, the whole of it

	// Party is what somebody whom the invoice names is called or identified by,
	// in whatever role: a NIP, an EU VAT number, words of a name.
	Party string

	By       ksef.DateField // which date From and To are about; "" for Stored
	From, To time.Time      // both inclusive; a zero one is none; of Issued the days of both in their locations

	Amount   *ksef.AmountRange // exact, whatever the currency
	Currency string            // "PLN"

	// Text is words, all of which stand in the invoice, in any order; of its
	// first megabyte of text. Neither case nor the marks on letters matter:
	// "mlyn" finds "Młyn". A word that ends in * stands for all that begin so.
	Text string

	Descending bool // the latest first
	Limit      int  // how many at most; 0 for all
}

// Invoice is an invoice in a mirror.
type Invoice struct {
	ksef.InvoiceMetadata
	Roles []ksef.Role // of the taxpayer, as far as they were synced
	Path  string      // of the file
	Size  int64       // of the file, in bytes
}

// Search iterates over the invoices that match, in the order of the date the
// filter is about. It takes no more memory for many of them than for one. After
// an error it stops.
func (m *Mirror) Search(ctx context.Context, f Filter) iter.Seq2[Invoice, error] {
	return func(yield func(Invoice, error) bool) {
		query, args, err := f.sql()
		if err != nil {
			yield(Invoice{}, fmt.Errorf("mirror: search: %w", err))
			return
		}
		for i, err := range m.selected(ctx, query, args...) {
			if err != nil {
				err = fmt.Errorf("mirror: search: %w", err)
			}
			if !yield(i, err) {
				return
			}
		}
	}
}

// selected iterates over the invoices that a query returns.
func (m *Mirror) selected(ctx context.Context, rest string, args ...any) iter.Seq2[Invoice, error] {
	return func(yield func(Invoice, error) bool) {
		rows, err := m.db.QueryContext(ctx, `SELECT roles, path, size, metadata FROM invoices `+rest, args...)
		if err != nil {
			yield(Invoice{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			i, err := m.scan(rows)
			if !yield(i, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(Invoice{}, err)
		}
	}
}

func (m *Mirror) scan(rows *sql.Rows) (i Invoice, err error) {
	var roles int64
	var path string
	var metadata sql.RawBytes
	if err := rows.Scan(&roles, &path, &i.Size, &metadata); err != nil {
		return i, err
	}
	if err := json.Unmarshal(metadata, &i.InvoiceMetadata); err != nil {
		return i, err
	}
	i.Roles, i.Path = rolesOf(roles), filepath.Join(m.dir, filepath.FromSlash(path))
	return i, nil
}

// sql is the filter as what follows SELECT … FROM invoices.
func (f *Filter) sql() (query string, args []any, err error) {
	var where []string
	and := func(condition string, values ...any) {
		where = append(where, condition)
		args = append(args, values...)
	}
	if f.Role != "" {
		and(`roles & ? != 0`, roleBit(f.Role))
	}
	if f.KSeFNumber != "" {
		and(`ksef_number = ?`, string(f.KSeFNumber))
	}
	if f.Number != "" {
		and(`number = ?`, f.Number)
	}
	if f.Currency != "" {
		and(`currency = ?`, f.Currency)
	}
	if err := f.words(and); err != nil {
		return "", nil, err
	}
	if err := f.amount(and); err != nil {
		return "", nil, err
	}
	order, err := f.dates(and)
	if err != nil {
		return "", nil, err
	}
	if len(where) > 0 {
		query = `WHERE ` + strings.Join(where, ` AND `)
	}
	direction := ``
	if f.Descending {
		direction = ` DESC`
	}
	query += ` ORDER BY ` + order + direction + `, id` + direction
	if f.Limit > 0 {
		query += ` LIMIT ?`
		args = append(args, f.Limit)
	}
	return query, args, nil
}

func (f *Filter) words(and func(string, ...any)) error {
	for _, w := range []struct{ column, text string }{{"parties", f.Party}, {"document", f.Text}} {
		if w.text == "" {
			continue
		}
		match := matching(w.column, w.text)
		if match == "" {
			return fmt.Errorf("no words in %q", w.text)
		}
		and(`id IN (SELECT rowid FROM words WHERE words MATCH ?)`, match)
	}
	return nil
}

func (f *Filter) amount(and func(string, ...any)) error {
	if f.Amount == nil {
		return nil
	}
	column, ok := map[ksef.AmountType]string{ksef.Gross: `gross`, ksef.Net: `net`, ksef.VAT: `vat`}[f.Amount.Of]
	if !ok {
		return fmt.Errorf("no amount %q: want %q, %q or %q", f.Amount.Of, ksef.Gross, ksef.Net, ksef.VAT)
	}
	for _, bound := range []struct {
		at       *ksef.Decimal
		relation string
	}{{f.Amount.From, ` >= ?`}, {f.Amount.To, ` <= ?`}} {
		if bound.at == nil {
			continue
		}
		if _, err := ksef.ParseDecimal(string(*bound.at)); err != nil {
			return err
		}
		and(column+bound.relation, sortable(*bound.at))
	}
	return nil
}

// dates also returns the column of the dates.
func (f *Filter) dates(and func(string, ...any)) (column string, err error) {
	from, to := any(ticksFrom(f.From)), any(ticks(f.To))
	switch f.By {
	case "", ksef.Stored:
		column = `stored`
	case ksef.Entered:
		column = `entered`
	case ksef.Issued:
		column, from, to = `issued`, f.From.Format(time.DateOnly), f.To.Format(time.DateOnly)
	default:
		return "", fmt.Errorf("no date %q: want %q, %q or %q", f.By, ksef.Stored, ksef.Entered, ksef.Issued)
	}
	if !f.From.IsZero() {
		and(column+` >= ?`, from)
	}
	if !f.To.IsZero() {
		and(column+` <= ?`, to)
	}
	return column, nil
}

// Get returns an invoice and its document, which was checked: a file that is
// gone or is not what came from KSeF is [ErrDamaged], and an invoice that the
// mirror does not have [ErrNotFound].
func (m *Mirror) Get(ctx context.Context, n ksef.KSeFNumber) (*Invoice, []byte, error) {
	for i, err := range m.Search(ctx, Filter{KSeFNumber: n}) {
		if err != nil {
			return nil, nil, err
		}
		doc, err := m.read(&i)
		if err != nil {
			return nil, nil, fmt.Errorf("mirror: invoice %s: %w", n, err)
		}
		return &i, doc, nil
	}
	return nil, nil, fmt.Errorf("mirror: invoice %s: %w", n, ErrNotFound)
}

// read reads the document of an invoice, which may be on its way to its place.
func (m *Mirror) read(i *Invoice) ([]byte, error) {
	var doc []byte
	err := fs.ErrNotExist
	name := filepath.Base(i.Path)
	for _, file := range []string{i.Path, m.incoming("0", name), m.incoming("1", name), i.Path} {
		if doc, err = os.ReadFile(file); err == nil || !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if sum := sha256.Sum256(doc); !bytes.Equal(sum[:], i.Hash) {
		return nil, fmt.Errorf("%w: %s does not have the hash of what came from KSeF", ErrDamaged, i.Path)
	}
	return doc, nil
}
