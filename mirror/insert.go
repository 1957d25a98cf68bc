package mirror

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"

	"github.com/ksef-go/ksef"
)

// inserter fills the index within a transaction.
type inserter struct {
	invoice, words, find, role *sql.Stmt
}

func newInserter(tx *sql.Tx) (*inserter, error) {
	in := new(inserter)
	for _, s := range []struct {
		to  **sql.Stmt
		sql string
	}{
		{&in.invoice, `INSERT INTO invoices (ksef_number, roles, path, size, hash, number, issued, entered, stored, seller, buyer, currency, net, gross, vat, metadata)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`},
		{&in.words, `INSERT INTO words (rowid, parties, document) VALUES (?, ?, ?)`},
		{&in.find, `SELECT id, path, hash FROM invoices WHERE ksef_number = ?`},
		{&in.role, `UPDATE invoices SET roles = roles | ? WHERE id = ?`},
	} {
		stmt, err := tx.Prepare(s.sql) // closed with the transaction
		if err != nil {
			return nil, err
		}
		*s.to = stmt
	}
	return in, nil
}

// insert puts an invoice into the index, or of one that is there the role in
// which it came now. It returns the path of the file.
func (in *inserter) insert(r *row) (path string, err error) {
	result, err := in.invoice.Exec(string(r.KSeFNumber), roleBit(r.Role), r.path, len(r.XML), r.Hash, r.Number, string(r.Issued), ticks(r.Entered), ticks(r.Stored),
		string(r.Seller.NIP), r.Buyer.ID.Value, r.Currency, sortable(r.Net), sortable(r.Gross), sortable(r.VAT), string(r.metadata))
	if err != nil {
		return "", err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return in.again(r)
	}
	id, err := result.LastInsertId()
	if err != nil {
		return "", err
	}
	_, err = in.words.Exec(id, r.parties, r.words)
	return r.path, err
}

// again is what happens to an invoice that the mirror has.
func (in *inserter) again(r *row) (path string, err error) {
	var id int64
	var hash []byte
	if err := in.find.QueryRow(string(r.KSeFNumber)).Scan(&id, &path, &hash); err != nil {
		return "", err
	}
	if !bytes.Equal(hash, r.Hash) {
		return "", fmt.Errorf("%w: KSeF gives another document than it gave before", ksef.ErrCorrupt)
	}
	_, err = in.role.Exec(roleBit(r.Role), id)
	return path, err
}

// isBusy reports whether another process has what an error is about.
func isBusy(err error) bool {
	const busy = 5 // SQLITE_BUSY; the rest of the code tells why
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xFF == busy
}
