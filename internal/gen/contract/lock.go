package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/ksef-go/ksef/internal/contract"
)

// lockTests hold packages ksef and sandbox against a contract. They say what is
// missing or different in the words of their types and operations.
const lockTests = "^(TestTypesAreTheWire|TestSchemasAreAccountedFor|TestEnumerationsHaveConstants|TestOperationsAreClaimed|TestRateGroups|TestRoutesAreTheContract)$"

// complaint is a line that such a test writes, behind the place in its source.
var complaint = regexp.MustCompile(`(?m)^\s+\w+_test\.go:\d+: (.+)$`)

// missing prints what packages ksef and sandbox, in the module at root, lack of a
// contract.
func missing(w io.Writer, root string, newer *contract.Document) error {
	text, err := render(newer)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "contract")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "openapi.json")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		return err
	}
	cmd := exec.CommandContext(context.Background(), "go", "test", "-count=1", "-vet=off", "-run", lockTests, ".", "./sandbox")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "KSEF_CONTRACT="+name)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	failed := cmd.Run()
	var complaints []string
	for _, m := range complaint.FindAllSubmatch(out.Bytes(), -1) {
		complaints = append(complaints, string(m[1]))
	}
	slices.Sort(complaints)
	if failed != nil && len(complaints) == 0 { // it never came to the tests
		return fmt.Errorf("go test: %w\n%s", failed, &out)
	}
	if _, err := fmt.Fprintf(w, "\nthe module, against %s: %d to do\n", newer.Version, len(complaints)); err != nil {
		return err
	}
	for _, c := range complaints {
		if _, err := fmt.Fprintln(w, "!", c); err != nil {
			return err
		}
	}
	return nil
}

// outdated prints the entries of the overlay that a newer document has caught up
// with, and that must go when it takes the place of the old one.
func outdated(w io.Writer, newer *contract.Document, overlay []byte) error {
	var patches []patch
	if err := json.Unmarshal(overlay, &patches); err != nil {
		return fmt.Errorf("overlay.json: %w", err)
	}
	if _, err := fmt.Fprintf(w, "\noverlay.json, on top of %s:\n", newer.Version); err != nil {
		return err
	}
	for i, p := range patches {
		if err := p.apply(newer); err != nil {
			if _, err := fmt.Fprintf(w, "! entry %d, of %s: %v\n", i, p.Since, err); err != nil {
				return err
			}
		}
	}
	return nil
}
