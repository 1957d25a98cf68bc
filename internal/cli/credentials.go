package cli

import (
	"cmp"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/ksef-go/ksef"
)

// vault keeps what logins brought, so that one command goes on with the session
// of another. It is a file: sealed under a key that the system's keyring has,
// or, for who chose so, readable by its owner. (A keyring takes too little for
// KSeF's tokens on some systems, and knows no locks.)
//
// Several programs may use it at the same time. A nil *vault keeps nothing.
type vault struct {
	file string
	ring keyring // nil: the file is not sealed
	now  func() time.Time

	// byDefault says that nobody chose this place. When its keyring turns out to be
	// of no use, nothing is kept, as where there is none.
	byDefault bool
}

// The places where credentials are kept, as people choose them.
const (
	inKeyring = "keyring"
	inFile    = "file"
	nowhere   = "none"
)

// kept is what is kept of a login.
type kept struct {
	Environment ksef.Environment `json:"environment"`
	BaseURL     string           `json:"baseUrl,omitempty"`
	Context     ksef.Identifier  `json:"context"`
	Profile     string           `json:"profile,omitempty"`
	Method      string           `json:"method"`
	Identity    string           `json:"identity,omitempty"` // see proof.identity
	Secret      string           `json:"secret,omitempty"`   // the KSeF token or password, where it was to be remembered
	Credentials ksef.Credentials `json:"credentials"`
	Login       time.Time        `json:"login,omitzero"` // of the last ksef auth login; see app.keptFor

	ByFingerprint bool `json:"byFingerprint,omitempty"` // see [ksef.AuthOptions]
}

// alive reports whether the session can still be gone on with.
func (k *kept) alive(now time.Time) bool {
	return k.Credentials.Refresh.ValidUntil.After(now) || k.Credentials.Access.ValidUntil.After(now)
}

// openVault finds the place to keep credentials: what was chosen, or the file
// when somebody chose it before, or the keyring where there is one.
func (a *app) openVault(choice string) (*vault, error) {
	choice = cmp.Or(choice, a.variable("CREDENTIALS"))
	dir, err := a.stateDir()
	if err == nil {
		dir, err = filepath.Abs(dir)
	}
	if err != nil {
		if choice == "" || choice == nowhere { // a user without a home, such as a service
			err = nil
		}
		return nil, err
	}
	plain := &vault{file: filepath.Join(dir, "credentials.json"), now: a.now}
	sealed := &vault{file: filepath.Join(dir, "credentials.sealed"), ring: a.keyring, now: a.now}
	switch choice {
	case nowhere:
		return nil, nil
	case inFile:
		return plain, nil
	case inKeyring:
		if a.keyring == nil {
			return nil, &usageError{a.say.noKeyring(), a.say.hintCredentials()}
		}
		return sealed, nil
	case "":
	default:
		return nil, &usageError{a.say.wantCredentials(choice), a.say.hintCredentials()}
	}
	if _, err := os.Stat(plain.file); err == nil {
		return plain, nil
	}
	if a.keyring == nil {
		return nil, nil
	}
	sealed.byDefault = true
	return sealed, nil
}

// vaultForLogin is the vault of a login. What is not kept would be of no use. Who
// chooses the keyring takes along what is in the file, which would come first.
func (a *app) vaultForLogin(choice string) (*vault, error) {
	v, err := a.openVault(choice)
	if v == nil && err == nil {
		err = &usageError{a.say.noKeyring(), a.say.hintCredentials()}
	}
	if err != nil {
		return nil, err
	}
	if v.ring == nil {
		return v, a.mend(v)
	}
	v.byDefault = false
	if err := v.usable(); err != nil {
		return nil, err
	}
	plain := &vault{file: v.plainFile(), now: a.now}
	if err := a.mend(plain); err != nil {
		return nil, err
	}
	all, err := plain.read()
	if err != nil {
		return nil, err
	}
	for name, k := range all {
		if err := v.put(name, k); err != nil {
			return nil, err
		}
	}
	if err := os.Remove(plain.file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return v, nil
}

// plainFile is the file beside v that is not sealed.
func (v *vault) plainFile() string { return filepath.Join(filepath.Dir(v.file), "credentials.json") }

// place names where v keeps credentials.
func (v *vault) place() string {
	switch {
	case v == nil:
		return nowhere
	case v.ring == nil:
		return inFile
	}
	return inKeyring
}

// get returns what is kept under a name; nil when nothing is.
func (v *vault) get(name string) (*kept, error) {
	if v == nil {
		return nil, nil
	}
	all, err := v.read() // needs no lock: the file is replaced as a whole
	if err != nil {
		return nil, err
	}
	return all[name], nil
}

// all returns everything that is kept.
func (v *vault) all() (map[string]*kept, error) {
	if v == nil {
		return nil, nil
	}
	return v.read()
}

// put keeps k under a name, or forgets what is there when k is nil. What has
// died by itself goes at the occasion.
func (v *vault) put(name string, k *kept) error {
	if v == nil {
		return nil
	}
	unlock, err := lockState(v.file + ".lock")
	if err != nil {
		return err
	}
	defer unlock()
	all, err := v.read()
	if err != nil {
		return err
	}
	maps.DeleteFunc(all, func(_ string, old *kept) bool { return old.Secret == "" && !old.alive(v.now()) })
	if k != nil {
		all[name] = k
	} else {
		delete(all, name)
	}
	if len(all) == 0 && v.ring != nil {
		return v.clear()
	}
	err = v.write(all)
	if _, unusable := errors.AsType[*keyringError](err); unusable && v.byDefault {
		err = nil
	}
	return err
}

// usable asks a keyring that was chosen whether it can be used: better before a
// session is begun that cannot be kept.
func (v *vault) usable() error {
	if v == nil || v.ring == nil || v.byDefault {
		return nil
	}
	_, err := v.cipher(false)
	return err
}

// clear leaves nothing behind, in the keyring neither. (A file that is not sealed
// stays: it says that somebody chose it.)
func (v *vault) clear() error {
	switch err := os.Remove(v.file); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	if err := v.ring.remove(v.keyName()); err != nil {
		return unusableKeyring(err)
	}
	return nil
}

func (v *vault) read() (map[string]*kept, error) {
	all := map[string]*kept{}
	data, err := os.ReadFile(v.file)
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return nil, &stateError{err}
	}
	if v.ring != nil {
		if data, err = v.open(data); data == nil && err == nil {
			return all, nil // its key is gone, and with it all that it held
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", v.file, err)
	}
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, &damagedError{fmt.Errorf("%s: %w", v.file, err), false}
	}
	maps.DeleteFunc(all, func(_ string, k *kept) bool { return k == nil })
	return all, nil
}

// damagedError is a file of ours that does not hold what it should: that of
// profiles, which people write, or that of sessions.
type damagedError struct {
	error
	profiles bool
}

func (e *damagedError) Unwrap() error { return e.error }

// mend puts a file of sessions aside that nobody can read, and begins another one: a
// login brings all that matters of it.
func (a *app) mend(v *vault) error {
	unread := func() (damaged bool, err error) {
		_, err = v.all()
		_, damaged = errors.AsType[*damagedError](err)
		return damaged, err
	}
	if damaged, err := unread(); !damaged {
		return err
	}
	unlock, err := lockState(v.file + ".lock")
	if err != nil {
		return err
	}
	defer unlock()
	if damaged, err := unread(); !damaged { // somebody else has mended it meanwhile
		return err
	}
	aside := v.file + v.now().Format(".damaged-20060102-150405")
	if err := os.Rename(v.file, aside); err != nil {
		return err
	}
	a.note(a.say.putAside(v.file, aside))
	return v.write(map[string]*kept{}) // that there is one says that somebody chose it
}

func (v *vault) write(all map[string]*kept) error {
	data, err := json.Marshal(all)
	if err == nil && v.ring != nil {
		data, err = v.seal(data)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", v.file, err)
	}
	return replaceFile(v.file, data, 0o600)
}

// keyName is the name of v's key in the keyring. Another file, of another
// XDG_STATE_HOME, has another key, which must not go along with the last session of
// this one.
func (v *vault) keyName() string { return v.file }

var errNoKey = errors.New("what it has is no key")

// cipher returns what seals the file; nil when the keyring has no key for it
// and none is to be made.
func (v *vault) cipher(create bool) (cipher.AEAD, error) {
	secret, err := v.ring.get(v.keyName())
	if errors.Is(err, errNotInKeyring) {
		if !create {
			return nil, nil
		}
		key := [32]byte{}
		rand.Read(key[:])
		secret = base64.StdEncoding.EncodeToString(key[:])
		err = v.ring.set(v.keyName(), secret)
	}
	if err != nil {
		return nil, unusableKeyring(err)
	}
	key, err := base64.StdEncoding.DecodeString(secret)
	if err != nil {
		return nil, unusableKeyring(errNoKey)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, unusableKeyring(errNoKey)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func (v *vault) seal(data []byte) ([]byte, error) {
	c, err := v.cipher(true)
	if err != nil {
		return nil, err
	}
	return c.Seal(nil, nil, data, nil), nil
}

// open returns nil for a file that was sealed under another key: nobody can
// read it any more.
func (v *vault) open(data []byte) ([]byte, error) {
	c, err := v.cipher(false)
	if c == nil || err != nil {
		return nil, err
	}
	if plain, err := c.Open(nil, nil, data, nil); err == nil {
		return plain, nil
	}
	return nil, nil
}
