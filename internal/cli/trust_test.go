package cli

import (
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/sandbox"
)

// SSL_CERT_FILE is heeded by the program itself, so also where Go leaves it alone. One
// that cannot be read is of no use, and what to do is said then, too.
func TestTrusting(t *testing.T) {
	server := httptest.NewTLSServer(sandbox.New(nil))
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		file string
		code int
	}{{file, exitDone}, {"", exitFailed}, {file + ".none", exitFailed}} {
		e, stdout, stderr := world(t, []string{"KSEF_BASE_URL=" + server.URL + "/v2", "SSL_CERT_FILE=" + test.file, "XDG_CONFIG_HOME=config"},
			"api", "POST", "/auth/challenge", "--anonymous")
		if code := run(t.Context(), e); code != test.code {
			t.Errorf("%q: exit code %d, %s%s", test.file, code, stdout, stderr)
		}
		if hinted := strings.Contains(stderr.String(), "hint: nothing was sent; SSL_CERT_FILE"); hinted != (test.code == exitFailed) {
			t.Errorf("%q: said %s", test.file, stderr)
		}
	}
}
