package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
)

// memoryKeyring is a keyring of this process.
type memoryKeyring struct {
	mu      sync.Mutex
	secrets map[string]string
	broken  error
}

func (m *memoryKeyring) get(name string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	secret, ok := m.secrets[name]
	if !ok && m.broken == nil {
		return "", errNotInKeyring
	}
	return secret, m.broken
}

func (m *memoryKeyring) set(name, secret string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.secrets[name] = secret
	return m.broken
}

func (m *memoryKeyring) remove(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.secrets, name)
	return m.broken
}

func session(token string, until time.Time) *kept {
	return &kept{
		Environment: ksef.Test,
		Context:     ksef.Identifier{Kind: ksef.KindNIP, Value: "5261040828"},
		Credentials: ksef.Credentials{Access: ksef.AccessToken{Token: token, ValidUntil: until}},
	}
}

// What is kept under the keyring's key can be read by who has the keyring only.
func TestVaultSealed(t *testing.T) {
	ring := &memoryKeyring{secrets: map[string]string{}}
	file := filepath.Join(t.TempDir(), "state", "credentials.sealed")
	v := &vault{file: file, ring: ring, now: time.Now}
	if k, err := v.get("one"); k != nil || err != nil {
		t.Fatalf("an empty vault has %v, %v", k, err)
	}
	if err := v.put("one", session("eyJsecret", time.Now().Add(time.Hour))); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil || strings.Contains(string(data), "eyJsecret") || strings.Contains(string(data), "5261040828") {
		t.Errorf("the file can be read: %q, %v", data, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if k, err := v.get("one"); err != nil || k == nil || k.Credentials.Access.Token != "eyJsecret" {
		t.Errorf("kept %v, %v", k, err)
	}

	// A keyring that does not answer is an error; a lost key loses what it sealed.
	ring.broken = os.ErrPermission
	if _, err := v.get("one"); err == nil {
		t.Error("a broken keyring is no error")
	}
	ring.broken = nil
	delete(ring.secrets, v.keyName())
	if k, err := v.get("one"); k != nil || err != nil {
		t.Errorf("without its key: %v, %v", k, err)
	}
	if err := v.put("two", session("b", time.Now().Add(time.Hour))); err != nil {
		t.Fatal(err)
	}
	if k, err := v.get("two"); k == nil || err != nil {
		t.Errorf("under another key: %v, %v", k, err)
	}
}

// The last session that goes takes the key along, but not that of another place.
func TestVaultCleared(t *testing.T) {
	ring := &memoryKeyring{secrets: map[string]string{}}
	v := &vault{file: filepath.Join(t.TempDir(), "credentials.sealed"), ring: ring, now: time.Now}
	elsewhere := &vault{file: filepath.Join(t.TempDir(), "credentials.sealed"), ring: ring, now: time.Now}
	if err := elsewhere.put("one", session("elsewhere", time.Now().Add(time.Hour))); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"one", "two"} {
		if err := v.put(name, session(name, time.Now().Add(time.Hour))); err != nil {
			t.Fatal(err)
		}
	}
	if err := v.put("one", nil); err != nil || len(ring.secrets) != 2 {
		t.Fatalf("the keyring has %v, %v", ring.secrets, err)
	}
	if err := v.put("two", nil); err != nil || len(ring.secrets) != 1 {
		t.Errorf("the keyring still has %v, %v", ring.secrets, err)
	}
	if _, err := os.Stat(v.file); err == nil {
		t.Error("the file is still there")
	}
	if err := v.put("two", nil); err != nil {
		t.Errorf("nothing to forget: %v", err)
	}
	if k, err := elsewhere.get("one"); k == nil || err != nil {
		t.Errorf("elsewhere there is %v, %v", k, err)
	}
}

// A keyring that nobody chose and that is of no use is as good as none; one that
// was chosen, or has what is needed, must be usable.
func TestVaultUnusable(t *testing.T) {
	e, _, _ := world(t, []string{"XDG_STATE_HOME=state"})
	ring := &memoryKeyring{secrets: map[string]string{}, broken: os.ErrPermission}
	e.keyring = ring
	a := &app{env: e}
	v, err := a.openVault("")
	if err != nil {
		t.Fatal(err)
	}
	if err := v.put("one", session("a", time.Now().Add(time.Hour))); err != nil {
		t.Errorf("by default: %v", err)
	}
	if k, err := v.get("one"); k != nil || err != nil {
		t.Errorf("kept %v, %v", k, err)
	}
	for _, choice := range []string{"", inKeyring} {
		if _, err := a.vaultForLogin(choice); !errors.Is(err, os.ErrPermission) {
			t.Errorf("login to %q: %v", choice, err)
		}
	}
	chosen, err := a.openVault(inKeyring)
	if err != nil {
		t.Fatal(err)
	}
	if err := chosen.put("one", session("a", time.Now().Add(time.Hour))); !errors.Is(err, os.ErrPermission) {
		t.Errorf("chosen: %v", err)
	}
	ring.broken = nil
	if err := v.put("one", session("a", time.Now().Add(time.Hour))); err != nil {
		t.Fatal(err)
	}
	ring.broken = os.ErrPermission
	if _, err := v.get("one"); !errors.Is(err, os.ErrPermission) {
		t.Errorf("what is kept cannot be read: %v", err)
	}
}

// Programs that keep their sessions at the same time do not undo each other.
func TestVaultTogether(t *testing.T) {
	file := filepath.Join(t.TempDir(), "credentials.json")
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			v := &vault{file: file, now: time.Now}
			if err := v.put(fmt.Sprint(i), session(fmt.Sprint(i), time.Now().Add(time.Hour))); err != nil {
				t.Error(err)
			}
			if _, err := v.get("0"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	all, err := (&vault{file: file}).all()
	if err != nil || len(all) != 20 {
		t.Errorf("%d kept, want 20: %v", len(all), err)
	}
	entries, err := os.ReadDir(filepath.Dir(file))
	if err != nil || len(entries) != 2 { // and the lock
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

// What has ended by itself goes, unless it is remembered how to begin anew.
func TestVaultForgets(t *testing.T) {
	v := &vault{file: filepath.Join(t.TempDir(), "credentials.json"), now: time.Now}
	past, future := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	remembered := session("b", past)
	remembered.Secret = "token"
	for name, k := range map[string]*kept{"dead": session("a", past), "remembered": remembered, "alive": session("c", future)} {
		if err := v.put(name, k); err != nil {
			t.Fatal(err)
		}
	}
	if err := v.put("alive", nil); err != nil {
		t.Fatal(err)
	}
	all, err := v.all()
	if err != nil || len(all) != 1 || all["remembered"] == nil {
		t.Errorf("kept %v, %v", all, err)
	}
	if err := os.WriteFile(v.file, []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := v.put("x", remembered); err == nil || !strings.Contains(err.Error(), v.file) {
		t.Errorf("a broken file: %v", err)
	}
}

// Where credentials go: what was chosen, the file where it is there, the keyring.
func TestOpenVault(t *testing.T) {
	for _, test := range []struct {
		choice, variable string
		ring, file       bool
		want             string // "" for an error
	}{
		{"", "", false, false, nowhere},
		{"", "", true, false, inKeyring},
		{"", "", true, true, inFile},
		{"", "file", true, false, inFile},
		{"", "keyring", true, true, inKeyring},
		{"", "keyring", false, false, ""},
		{"", "none", true, true, nowhere},
		{"keyring", "file", true, true, inKeyring},
		{"file", "none", false, false, inFile},
		{"purse", "", true, true, ""},
	} {
		e, _, _ := world(t, []string{"XDG_STATE_HOME=state", "KSEF_CREDENTIALS=" + test.variable})
		if test.ring {
			e.keyring = &memoryKeyring{}
		}
		if test.file {
			if err := e.makeDir("state/ksef"); err != nil {
				t.Fatal(err)
			}
			if err := e.writeFile("state/ksef/credentials.json", []byte("{}"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		v, err := (&app{env: e}).openVault(test.choice)
		if (err != nil) != (test.want == "") || err == nil && v.place() != test.want {
			t.Errorf("%+v: %v, %v", test, v.place(), err)
		}
	}
}

// Who turns to the keyring takes along what was in the file.
func TestVaultMoves(t *testing.T) {
	e, _, _ := world(t, []string{"XDG_STATE_HOME=state"})
	a := &app{env: e}
	e.keyring = &memoryKeyring{secrets: map[string]string{}}
	plain, err := a.vaultForLogin(inFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := plain.put("one", session("a", time.Now().Add(time.Hour))); err != nil {
		t.Fatal(err)
	}
	if _, err := a.vaultForLogin(inKeyring); err != nil {
		t.Fatal(err)
	}
	v, err := a.openVault("")
	if err != nil || v.place() != inKeyring {
		t.Fatalf("kept in %s, %v", v.place(), err)
	}
	if k, err := v.get("one"); k == nil || err != nil {
		t.Errorf("what was in the file is lost: %v", err)
	}
	if _, err := os.Stat(plain.file); err == nil {
		t.Error("the file that can be read is still there")
	}
}
