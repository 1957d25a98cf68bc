package cli

import (
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/sandbox"
)

// meddler does something behind the back of a program as soon as KSeF has made a
// token.
type meddler struct {
	http.RoundTripper
	meddle func()
}

func (m *meddler) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := m.RoundTripper.RoundTrip(r)
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/tokens") {
		m.meddle()
	}
	return resp, err
}

// The secret of a token that was made is not lost with the file that it was meant for.
func TestTokenSecretShown(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("nobody can take away a file that is open there")
	}
	e, stdout, stderr := world(t, []string{"KSEF_BASE_URL=http://localhost/v2", "KSEF_NIP=5261040828", "XDG_STATE_HOME=state", "XDG_CONFIG_HOME=config"},
		"token", "generate", "--test-cert", "--description", "for a lost file", "--permission", "InvoiceRead", "--out", "secret")
	file := filepath.Join(e.dir, "secret")
	e.transport = &meddler{sandbox.New(nil).Transport(), func() {
		if info, err := os.Stat(file); err != nil || info.Size() > 0 {
			t.Errorf("there was no empty file when the token was made: %v", err)
		}
		if err := os.Remove(file); err != nil {
			t.Error(err)
		}
	}}
	code := run(t.Context(), e)
	if code != exitFailed || !strings.Contains(stdout.String(), "|nip-5261040828|") {
		t.Errorf("exit code %d, %q", code, stdout)
	}
	if said := stderr.String(); !strings.Contains(said, `flag --out cannot be "secret": no such file or directory`) || !strings.Contains(said, "hint: the token was made") {
		t.Errorf("said %q", said)
	}
}

// What goes wrong with a file is said of its name, not of one that nobody gave.
func TestReplaceFileNames(t *testing.T) {
	dir := t.TempDir()
	full := filepath.Join(dir, "full")
	if err := os.MkdirAll(filepath.Join(full, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{full, filepath.Join(dir, "none", "file")} {
		err := replaceFile(name, nil, 0o600)
		if err == nil || !strings.HasPrefix(err.Error(), "write "+name+": ") || strings.Contains(err.Error(), "/.") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
