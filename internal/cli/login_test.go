package cli

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/ksef-go/ksef/sandbox"
)

// commands runs commands one after another in one world, against a sandbox in
// this process, with a keyring and on a terminal.
func commands(t *testing.T, server *sandbox.Server) (do func(args ...string) (code int, stdout, stderr string)) {
	base, _, _ := world(t, []string{
		"KSEF_BASE_URL=http://localhost/v2", "KSEF_NIP=5261040828", "XDG_STATE_HOME=state", "XDG_CONFIG_HOME=config",
	})
	base.keyring = &memoryKeyring{secrets: map[string]string{}}
	base.transport = server.Transport()
	return func(args ...string) (int, string, string) {
		e, stdout, stderr := *base, new(bytes.Buffer), new(bytes.Buffer)
		e.args, e.stdout, e.stderr, e.stdoutTTY = args, stdout, stderr, true
		code := run(t.Context(), &e)
		return code, stdout.String(), stderr.String()
	}
}

// One login serves all commands after it, from the keyring; what people see of
// it is in their language, and no secret, however much is told.
func TestKeyringSession(t *testing.T) {
	server := sandbox.New(nil)
	do := commands(t, server)
	for _, test := range []struct{ line, want string }{
		{"auth login --test-cert --lang pl", "PRZECHOWYWANA W      keyring"},
		{"auth status", "KEPT IN         keyring"},
		{"auth sessions -v", "xades.qualified-seal"},
		{"token list", ""},
		{"session list --lang pl", ""},
		{"auth refresh", "STATE           active"},
		{"auth status --all --lang pl", "ŚRODOWISKO"},
	} {
		code, stdout, stderr := do(strings.Fields(test.line)...)
		if code != exitDone || !strings.Contains(stdout, test.want) {
			t.Errorf("%s: exit code %d, %q\n%s", test.line, code, stdout, stderr)
		}
		if strings.Contains(stdout+stderr, "eyJ") {
			t.Errorf("%s shows a token", test.line)
		}
	}
	logins := 0
	for _, r := range server.Requests() {
		if r.Route == "POST /auth/xades-signature" {
			logins++
		}
	}
	if logins != 1 {
		t.Errorf("%d logins, want one", logins)
	}
	if code, stdout, _ := do("auth", "token"); code != exitDone || !strings.HasPrefix(stdout, "eyJ") {
		t.Errorf("auth token: exit code %d, %q", code, stdout)
	}
	if code, _, stderr := do("auth", "logout", "--quiet"); code != exitDone || stderr != "" {
		t.Errorf("auth logout: exit code %d, %s", code, stderr)
	}
	if code, _, _ := do("auth", "status"); code != exitUnauthenticated {
		t.Errorf("after logging out: exit code %d", code)
	}
}

// Commands at the same time each do their work, and leave one session that can
// be gone on with.
func TestCommandsTogether(t *testing.T) {
	do := commands(t, sandbox.New(nil))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if code, _, stderr := do("auth", "sessions", "--test-cert"); code != exitDone {
				t.Errorf("exit code %d: %s", code, stderr)
			}
		})
	}
	wg.Wait()
	if code, _, stderr := do("auth", "status", "--check"); code != exitDone {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

// A service has no home: it works with what flags and variables say.
func TestNoHome(t *testing.T) {
	for _, test := range []struct {
		args string
		code int
	}{
		{"auth sessions --test-cert", exitDone},
		{"profile list", exitDone},
		{"profile create a --env test --nip 5261040828 --test-cert", exitFailed},
		{"auth login --test-cert --credentials file", exitFailed},
		{"auth login --test-cert", exitUsage},
	} {
		e, _, stderr := world(t, []string{"KSEF_BASE_URL=http://localhost/v2", "KSEF_NIP=5261040828"}, strings.Fields(test.args)...)
		e.home = func() (string, error) { return "", errors.New("$HOME is not defined") }
		e.transport = sandbox.New(nil).Transport()
		if code := run(t.Context(), e); code != test.code {
			t.Errorf("%s: exit code %d, want %d\n%s", test.args, code, test.code, stderr)
		}
		if hinted := strings.Contains(stderr.String(), "XDG_STATE_HOME"); hinted != (test.code == exitFailed) {
			t.Errorf("%s: said %q", test.args, stderr)
		}
	}
}
