package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/sample"
	"github.com/ksef-go/ksef/sandbox"
)

// On a terminal people read what became of documents in their language, and a
// command that failed before anything came does not say that nothing was found.
func TestTerminal(t *testing.T) {
	server := sandbox.New(nil)
	do := commands(t, server)
	dir := t.TempDir()
	good := sample.Invoice{Seller: "5261040828", Buyer: "5265877635", Number: "FV/1", Issued: server.Now(), Lines: 1}.XML()
	for name, content := range map[string][]byte{"1.xml": good, "2.xml": bytes.Replace(good, []byte("PLN"), []byte("pln"), 1)} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	login := []string{"--test-cert", "--lang", "pl"}
	code, stdout, stderr := do(append([]string{"invoice", "send", filepath.Join(dir, "1.xml"), filepath.Join(dir, "2.xml")}, login...)...)
	if code != exitRejected || !strings.Contains(stdout, "  przyjęta ") || !strings.Contains(stdout, "  odrzucona ") {
		t.Errorf("exit code %d, %s%s", code, stdout, stderr)
	}
	server.Inject(sandbox.Fault{Status: 403, Times: 1, Route: "POST /sessions/batch"})
	server.Inject(sandbox.Fault{Status: 403, Times: 1, Route: "POST /invoices/query/metadata"})
	for _, line := range []string{"invoice send --batch " + dir, "invoice sync --from 2026-02-01 " + filepath.Join(dir, "copy")} {
		code, stdout, stderr := do(append(strings.Fields(line), login...)...)
		if code == exitDone || stdout != "" || strings.Contains(stderr, polish.nothingFound()) || !strings.Contains(stderr, "403") {
			t.Errorf("%s: exit code %d, %s%s", line, code, stdout, stderr)
		}
	}
}
