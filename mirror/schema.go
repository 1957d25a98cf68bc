package mirror

import (
	"context"
	"database/sql"
	"fmt"
)

// migrations bring the index from one version to the next; PRAGMA user_version
// counts those that were made. What was released is never changed.
var migrations = []string{`
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE invoices (
	id          INTEGER PRIMARY KEY,
	ksef_number TEXT    NOT NULL UNIQUE,
	roles       INTEGER NOT NULL, -- bits, see roleBits
	path        TEXT    NOT NULL, -- of the file, with slashes
	size        INTEGER NOT NULL,
	hash        BLOB    NOT NULL, -- SHA-256 of the file
	number      TEXT    NOT NULL,
	issued      TEXT    NOT NULL, -- "2026-02-01"
	entered     INTEGER NOT NULL, -- in ticks, see ticks
	stored      INTEGER NOT NULL,
	seller      TEXT    NOT NULL,
	buyer       TEXT    NOT NULL,
	currency    TEXT    NOT NULL,
	net         TEXT    NOT NULL, -- amounts as sortable says
	gross       TEXT    NOT NULL,
	vat         TEXT    NOT NULL,
	metadata    TEXT    NOT NULL  -- all that KSeF says, as JSON
);
CREATE INDEX invoices_number ON invoices (number);
CREATE INDEX invoices_issued ON invoices (issued);
CREATE INDEX invoices_entered ON invoices (entered);
CREATE INDEX invoices_stored ON invoices (stored);
CREATE INDEX invoices_gross ON invoices (gross);

-- Without content: the words are in the documents.
CREATE VIRTUAL TABLE words USING fts5(parties, document, content='', tokenize='unicode61 remove_diacritics 2');
`}

// migrate makes the index what this program works with.
func migrate(ctx context.Context, db *sql.DB) error {
	for {
		var version int
		if err := db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
			return err
		}
		switch {
		case version == len(migrations):
			return nil
		case version > len(migrations):
			return fmt.Errorf("the index has version %d, this program knows %d: use a later one", version, len(migrations))
		}
		if err := migrateFrom(ctx, db, version); err != nil {
			return fmt.Errorf("migrating the index from version %d: %w", version, err)
		}
	}
}

// migrateFrom makes one step, unless another process was faster.
func migrateFrom(ctx context.Context, db *sql.DB, version int) error {
	tx, err := db.BeginTx(ctx, nil) // which waits for other writers
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after the end it does nothing
	var now int
	if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&now); err != nil || now != version {
		return err
	}
	if _, err := tx.ExecContext(ctx, migrations[version]+fmt.Sprintf(`PRAGMA user_version = %d;`, version+1)); err != nil {
		return err
	}
	return tx.Commit()
}
