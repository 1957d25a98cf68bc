package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	system "github.com/zalando/go-keyring"
)

// keyring keeps small secrets for the user who is logged in: the Keychain of
// macOS, the Credential Manager of Windows, the Secret Service elsewhere.
type keyring interface {
	get(name string) (string, error) // errNotInKeyring when it has none of that name
	set(name, secret string) error
	remove(name string) error // nil when it has none of that name
}

var errNotInKeyring = errors.New("not in the keyring")

// osKeyring is the system's keyring, under the program's name.
type osKeyring struct{}

const keyringService = "ksef"

func (osKeyring) get(name string) (string, error) {
	secret, err := system.Get(keyringService, name)
	if errors.Is(err, system.ErrNotFound) {
		err = errNotInKeyring
	}
	return secret, err
}

func (osKeyring) set(name, secret string) error { return system.Set(keyringService, name, secret) }

func (osKeyring) remove(name string) error {
	err := system.Delete(keyringService, name)
	if errors.Is(err, system.ErrNotFound) {
		err = nil
	}
	return err
}

// keyringError is a keyring that cannot be used: it is locked and nobody unlocks
// it, or there is a bus but nobody on it who keeps secrets, as over SSH.
type keyringError struct{ error }

func unusableKeyring(err error) error {
	return &keyringError{fmt.Errorf("the keyring cannot be used: %w", err)}
}

func (e *keyringError) Unwrap() error { return e.error }

// systemKeyring is the system's keyring; nil where there can be none. A Secret
// Service is found over D-Bus: without a bus of the session, as in cron jobs and
// over SSH, asking would start one that nobody ends.
func systemKeyring(lookup func(string) (string, bool)) keyring {
	switch runtime.GOOS {
	case "darwin", "windows":
		return osKeyring{}
	}
	if address, _ := lookup("DBUS_SESSION_BUS_ADDRESS"); address != "" {
		return osKeyring{}
	}
	if dir, _ := lookup("XDG_RUNTIME_DIR"); dir != "" {
		if _, err := os.Stat(filepath.Join(dir, "bus")); err == nil {
			return osKeyring{}
		}
	}
	return nil
}
