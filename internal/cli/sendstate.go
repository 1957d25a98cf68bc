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
	file, lock := a.path(named), a.path(named)+".lock"
	if named == "" {
		dir, err := a.stateDir()
		if err != nil {
			return "", nil, err
		}
		key := []string{account.key()}
		for _, name := range names {
			absolute, err := filepath.Abs(a.path(name))
			if err != nil {
				return "", nil, err
			}
			key = append(key, absolute)
		}
		for _, d := range docs { // standard input is known by what came
			if d.file == "" {
				key = append(key, hashOf(d.content))
			}
		}
		id := hashOf([]byte(strings.Join(key, "\x00")))[:16]
		file = filepath.Join(dir, "sending", id+".json")
		lock = filepath.Join(dir, "sending", id[:2]+".lock") // a few for all: locks stay
	}
	unlock, err = lockState(lock)
	return file, unlock, err
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
