package mirror

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver "sqlite": SQLite without cgo

	"github.com/ksef-go/ksef"
)

// Conditions to branch on with [errors.Is].
var (
	ErrNoMirror = errors.New("not a mirror")
	ErrLocked   = errors.New("another process is writing")
	ErrNotFound = errors.New("not in the mirror")

	// ErrTaxpayer marks a client of another taxpayer, or of another KSeF, than
	// the one whose invoices the mirror holds.
	ErrTaxpayer = errors.New("mirror of another taxpayer")

	// ErrDamaged marks a file that is not what the index says.
	ErrDamaged = errors.New("file damaged")
)

// Options adjusts [Open]. A nil *Options means the defaults.
type Options struct {
	MustExist bool // fail with ErrNoMirror instead of beginning a mirror
}

// Mirror is a copy of a taxpayer's invoices. It is safe for concurrent use, also
// by several processes, of which one at a time may write.
type Mirror struct {
	dir string // absolute
	db  *sql.DB
}

// The parts of a mirror that are not invoices.
const (
	ownDir      = ".mirror"
	indexFile   = "index.sqlite"
	lockFile    = "lock.sqlite"
	incomingDir = "incoming" // documents that are not part of the mirror yet
	partsDir    = "parts"    // packages on their way
)

func (m *Mirror) own(name string) string { return filepath.Join(m.dir, ownDir, name) }

// Open opens the mirror in a directory, or begins one there; the directory is
// made if need be. What an interrupted run left is put in order, unless another
// process is writing.
func Open(dir string, opts *Options) (*Mirror, error) {
	m, err := open(dir, opts != nil && opts.MustExist)
	if err != nil {
		return nil, fmt.Errorf("mirror %s: %w", dir, err)
	}
	return m, nil
}

func open(dir string, mustExist bool) (*Mirror, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	m := &Mirror{dir: dir}
	if mustExist {
		if _, err := os.Stat(m.own(indexFile)); errors.Is(err, fs.ErrNotExist) {
			return nil, ErrNoMirror
		}
	}
	if err := os.MkdirAll(m.own(incomingDir), 0o700); err != nil {
		return nil, err
	}
	// Commits are durable (synchronous), and readers do not wait for writers (WAL).
	m.db, err = openSQLite(m.own(indexFile), "busy_timeout(10000)", "journal_mode(wal)", "synchronous(full)")
	if err != nil {
		return nil, err
	}
	err = migrate(context.Background(), m.db)
	if err == nil {
		err = m.recover()
	}
	if err != nil {
		return nil, errors.Join(err, m.db.Close())
	}
	return m, nil
}

// openSQLite opens a database file. Transactions lock it when they begin: one
// that began with reading could not always go on to write.
func openSQLite(file string, pragmas ...string) (*sql.DB, error) {
	name := filepath.ToSlash(file)
	if filepath.VolumeName(file) != "" {
		name = "/" + name
	}
	dsn := url.URL{Scheme: "file", Path: name, RawQuery: url.Values{"_pragma": pragmas, "_txlock": {"immediate"}}.Encode()}
	return sql.Open("sqlite", dsn.String())
}

// Close ends the use of the mirror. Nothing else may be under way.
func (m *Mirror) Close() error { return m.db.Close() }

// lock makes this the only writer until unlock is called. The lock is SQLite's,
// on a database of its own, which works on every system and ends with the
// process, however that ends.
func (m *Mirror) lock() (unlock func(), err error) {
	db, err := openSQLite(m.own(lockFile), "busy_timeout(0)")
	if err != nil {
		return nil, err
	}
	tx, err := db.Begin()
	if err != nil {
		db.Close()
		if isBusy(err) {
			return nil, ErrLocked
		}
		return nil, err
	}
	return func() {
		_ = tx.Rollback() // nothing was written
		db.Close()
	}, nil
}

// State tells how far the mirror is: see [ksef.SyncState.Through].
func (m *Mirror) State(ctx context.Context) (state ksef.SyncState, err error) {
	text, err := m.fact(ctx, "state")
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &state)
	}
	if err != nil {
		return state, fmt.Errorf("mirror: how far it is: %w", err)
	}
	return state, nil
}

// fact returns what the index remembers under a name; "" if nothing.
func (m *Mirror) fact(ctx context.Context, name string) (value string, err error) {
	err = m.db.QueryRowContext(ctx, `SELECT value FROM facts WHERE name = ?`, name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return value, err
}

func putState(db execer, state ksef.SyncState) error {
	text, err := json.Marshal(state)
	if err != nil {
		return err
	}
	return putFact(db, "state", string(text))
}

// execer is a database, or a transaction in it.
type execer interface {
	Exec(query string, args ...any) (sql.Result, error)
}

// putFact remembers a value under a name.
func putFact(db execer, name, value string) error {
	_, err := db.Exec(`INSERT INTO facts VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value`, name, value)
	return err
}
