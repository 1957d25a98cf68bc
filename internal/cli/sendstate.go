package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/lockedfile"

	"github.com/ksef-go/ksef"
)

// sendState is how far a sending is, kept in a file until all its documents have
// their results: whoever sends the same again goes on from there, and nothing is
// sent twice. It holds the keys of sessions.
type sendState struct {
	file string
	mu   sync.Mutex

	Account string             `json:"account"`
	Session *ksef.SessionState `json:"session,omitempty"` // online
	Batch   *ksef.BatchState   `json:"batch,omitempty"`

	// Packed is a digest of the documents of the batch, and Closing says that its
	// end may have reached KSeF.
	Packed  string `json:"packed,omitempty"`
	Closing bool   `json:"closing,omitempty"`

	// Sent names the online sessions in which documents may have been sent, by
	// the SHA-256 of the document.
	Sent map[string]ksef.ReferenceNumber `json:"sent,omitempty"`

	// From tells which files held these documents.
	From map[string]sentFile `json:"from,omitempty"`
}

// sentFile is a file as it was named, and where it is.
type sentFile struct {
	Name string `json:"name"`
	Path string `json:"path"`
}

// openSendState locks and reads the state of a sending: the one in the file that
// was named, or what was kept of an earlier attempt to send the same.
func (a *app) openSendState(account *account, names []string, docs []document, named string) (st *sendState, unlock func(), err error) {
	file, release, err := a.lockSendState(account, names, docs, named)
	if err != nil && named != "" {
		err = a.fault("state", named, err)
	}
	if err != nil {
		return nil, nil, &hintedError{err, a.say.hintSendState()}
	}
	st = &sendState{file: file, Account: account.key()}
	text, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = nil
	case err == nil:
		err = json.Unmarshal(text, st)
	}
	if err == nil && st.Account != account.key() {
		err = errors.New(a.say.otherAccount(st.Account))
	}
	if err != nil {
		release()
		return nil, nil, fmt.Errorf("%s: %w", file, err)
	}
	if st.Sent == nil {
		st.Sent = map[string]ksef.ReferenceNumber{}
	}
	if st.From == nil {
		st.From = map[string]sentFile{}
	}
	return st, release, nil
}

// lockSendState finds the file for the state of a sending and makes sure that it
// can be kept, and by nobody else meanwhile.
func (a *app) lockSendState(account *account, names []string, docs []document, named string) (file string, unlock func(), err error) {
	file, lock, err := a.sendStateFile(account, names, docs, named)
	if err != nil {
		return "", nil, err
	}
	unlock, err = lockForNow(lock)
	return file, unlock, err
}

// lockForNow is lockState for a file that is gone when nobody wants it any more.
// Whoever has waited for one that was removed meanwhile has locked nothing, and
// locks the next.
func lockForNow(name string) (unlock func(), err error) {
	for {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return nil, &stateError{err}
		}
		f, err := lockedfile.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, &stateError{err}
		}
		held, err := f.Stat()
		there, missing := os.Stat(name)
		switch {
		case err == nil && missing == nil && os.SameFile(held, there):
			return func() {
				_ = os.Remove(name) // still locked; where an open file cannot be removed it stays
				_ = f.Close()
			}, nil
		case errors.Is(missing, fs.ErrNotExist):
			missing = nil
		}
		if err := errors.Join(err, missing, f.Close()); err != nil {
			return nil, &stateError{err}
		}
	}
}

// sendStateFile is where the state of a sending is, and what is locked for it.
func (a *app) sendStateFile(account *account, names []string, docs []document, named string) (file, lock string, err error) {
	if named != "" {
		return a.path(named), a.path(named) + ".lock", nil
	}
	dir, err := a.stateDir()
	if err != nil {
		return "", "", err
	}
	key := []string{account.key()}
	for _, name := range names {
		absolute, err := filepath.Abs(a.path(name))
		if err != nil {
			return "", "", err
		}
		key = append(key, absolute)
	}
	for _, d := range docs { // standard input is known by what came
		if d.file == "" {
			key = append(key, hashOf(d.content))
		}
	}
	id := hashOf([]byte(strings.Join(key, "\x00")))[:16]
	return filepath.Join(dir, "sending", id+".json"), filepath.Join(dir, "sending", id+".lock"), nil
}

// sendBegun reports whether there is the state of an earlier attempt to send the
// same.
func (a *app) sendBegun(names []string, docs []document, named string) bool {
	account, err := a.account()
	if err != nil {
		return false // whoever began, it was not this one
	}
	file, _, err := a.sendStateFile(account, names, docs, named)
	if err != nil {
		return false
	}
	_, err = os.Stat(file)
	return err == nil
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// change changes the state and keeps it.
func (st *sendState) change(do func()) error {
	st.mu.Lock()
	defer st.mu.Unlock()
	do()
	text, err := json.Marshal(st)
	if err != nil {
		return err
	}
	return replaceFile(st.file, text, 0o600)
}

// sentIn returns the session in which a document may have been sent; "" when it
// never was.
func (st *sendState) sentIn(hash string) ksef.ReferenceNumber {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.Sent[hash]
}

// begun reports whether there is something to go on with.
func (st *sendState) begun() bool { return st.Session != nil || st.Batch != nil || len(st.Sent) > 0 }

// finish forgets the sending: every document has its result.
func (st *sendState) finish() error {
	err := os.Remove(st.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
