package mirror

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ksef-go/ksef"
)

// Period is what [Mirror.Prove] compares. A nil *Period is all that the mirror
// says it has.
type Period struct {
	// From and To are dates of storage, both inclusive. A zero From is where the
	// first Sync began, a zero To the mark up to which the mirror says that it is
	// complete; what lies outside is missing here.
	From, To time.Time

	Roles []ksef.Role // nil for those that were synced
}

// Proof is what [Mirror.Prove] found.
type Proof struct {
	Roles       []RoleProof
	Differences []Difference
}

// RoleProof tells what was compared in a role.
type RoleProof struct {
	Role     ksef.Role
	From, To time.Time // what the zero ones of the Period were, too
	There    int       // invoices that KSeF has
	Here     int       // invoices that the mirror has
}

// Prove compares the mirror with what KSeF says of a period now, invoice by
// invoice, and names every difference: invoices that one of both lacks, hashes
// that differ, and files that are gone, changed or not of the mirror. If there
// are none, the mirror has the documents that KSeF has, all of them and nothing
// else.
//
// It orders exports of metadata: one for 10,000 invoices in a role and for 89
// days, of the 20 an hour that KSeF makes. A client of another taxpayer or KSeF
// is [ErrTaxpayer]. It is safe to repeat and changes nothing.
func (m *Mirror) Prove(ctx context.Context, client *ksef.AuthenticatedClient, period *Period) (*Proof, error) {
	var p Period
	if period != nil {
		p = *period
	}
	proof, err := m.prove(ctx, client, p)
	if err != nil {
		return nil, fmt.Errorf("mirror: prove: %w", err)
	}
	return proof, nil
}

func (m *Mirror) prove(ctx context.Context, client *ksef.AuthenticatedClient, p Period) (*Proof, error) {
	if err := m.belongsTo(ctx, client, false); err != nil {
		return nil, err
	}
	periods, err := m.periods(ctx, p)
	if err != nil {
		return nil, err
	}
	proof := new(Proof)
	for _, r := range periods {
		if err := m.proveRole(ctx, client, &r, &proof.Differences); err != nil {
			return nil, fmt.Errorf("%s: %w", r.Role, err)
		}
		if _, err := m.checkFiles(ctx, &proof.Differences, `WHERE `+inRole+` ORDER BY path`, r.bounds()...); err != nil {
			return nil, err
		}
		proof.Roles = append(proof.Roles, r)
	}
	return proof, m.checkExtra(ctx, &proof.Differences)
}

// periods are what is to be compared in each role.
func (m *Mirror) periods(ctx context.Context, p Period) (all []RoleProof, err error) {
	state, err := m.State(ctx)
	if err != nil {
		return nil, err
	}
	for _, role := range ksef.Roles() {
		r := RoleProof{Role: role, From: p.From, To: p.To}
		if r.To.IsZero() {
			r.To = state.Through(role)
		}
		switch {
		case p.Roles == nil && state.Through(role).IsZero(), p.Roles != nil && !slices.Contains(p.Roles, role):
			continue
		case r.To.IsZero():
			return nil, fmt.Errorf("%s was not synced: say up to when to compare", role)
		case r.From.IsZero():
			if r.From, err = m.began(ctx, role); err != nil {
				return nil, err
			}
			if r.From.IsZero() {
				return nil, fmt.Errorf("%s was not synced: say from when to compare", role)
			}
		}
		all = append(all, r)
	}
	if len(all) == 0 {
		return nil, errors.New("nothing was synced yet")
	}
	return all, nil
}

// inRole selects the invoices of the mirror that bounds are about.
const inRole = `roles & ? != 0 AND stored BETWEEN ? AND ?`

func (r *RoleProof) bounds() []any {
	return []any{roleBit(r.Role), ticksFrom(r.From), ticks(r.To)}
}

// proveRole compares in a role. What KSeF has is put into a temporary table, so
// that SQLite compares, whose memory is bounded.
func (m *Mirror) proveRole(ctx context.Context, client *ksef.AuthenticatedClient, r *RoleProof, found *[]Difference) error {
	conn, err := m.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer func() { // the connection is used again; where the table stays, the next proof fails to make it and says so
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), `DROP TABLE IF EXISTS temp.there`)
	}()
	if _, err := conn.ExecContext(ctx, `CREATE TEMP TABLE there (ksef_number TEXT PRIMARY KEY, hash BLOB NOT NULL) WITHOUT ROWID`); err != nil {
		return err
	}
	insert, err := conn.PrepareContext(ctx, `INSERT INTO there VALUES (?, ?)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	filter := ksef.InvoiceFilter{Role: r.Role, From: r.From, To: r.To, Complete: true}
	for doc, err := range client.Invoices.Documents(ctx, filter, &ksef.DocumentsOptions{ExportOptions: ksef.ExportOptions{OnlyMetadata: true}}) {
		if err == nil {
			r.There++
			_, err = insert.ExecContext(ctx, string(doc.KSeFNumber), doc.Hash)
		}
		if err != nil {
			return err
		}
	}
	if err := conn.QueryRowContext(ctx, `SELECT count(*) FROM invoices WHERE `+inRole, r.bounds()...).Scan(&r.Here); err != nil {
		return err
	}
	return m.compare(ctx, conn, r, found)
}

func (m *Mirror) compare(ctx context.Context, conn *sql.Conn, r *RoleProof, found *[]Difference) error {
	for _, c := range []struct {
		kind  DifferenceKind
		query string
		args  []any
	}{
		{MissingHere, `SELECT ksef_number FROM there WHERE ksef_number NOT IN (SELECT ksef_number FROM invoices WHERE roles & ? != 0) ORDER BY 1`, []any{roleBit(r.Role)}},
		{MissingThere, `SELECT ksef_number FROM invoices WHERE ` + inRole + ` AND ksef_number NOT IN (SELECT ksef_number FROM there) ORDER BY 1`, r.bounds()},
		{DifferentHash, `SELECT ksef_number FROM there JOIN invoices USING (ksef_number) WHERE there.hash != invoices.hash ORDER BY 1`, nil},
	} {
		rows, err := conn.QueryContext(ctx, c.query, c.args...)
		if err != nil {
			return err
		}
		for rows.Next() {
			d := Difference{Kind: c.kind, Role: r.Role}
			if err := rows.Scan(&d.KSeFNumber); err != nil {
				rows.Close()
				return err
			}
			*found = append(*found, d)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
	}
	return nil
}
