package c14n

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/judge"
	"github.com/ksef-go/ksef/internal/xmltree"
)

func parse(t testing.TB, doc string) *xmltree.Node {
	t.Helper()
	tree, err := xmltree.Parse([]byte(doc))
	if err != nil {
		t.Fatalf("%v in %q", err, doc)
	}
	return tree
}

// TestAgainstXmllint compares the canonical forms of generated documents with xmllint's. It writes comments always, so
// the methods without comments are compared with what it makes of the document that never had any.
func TestAgainstXmllint(t *testing.T) {
	xmllint := judge.Program(t, "xmllint")
	const n = 500
	var full, bare []string
	for i := range n {
		f, b := newGenerator(uint64(i)).document()
		full, bare = append(full, f), append(bare, b)
	}
	for _, test := range []struct {
		option   string
		without  Method
		comments Method
	}{
		{"--c14n", C14N10, C14N10WithComments},
		{"--c14n11", C14N11, C14N11WithComments},
		{"--exc-c14n", Exclusive, ExclusiveWithComments},
	} {
		t.Run(test.option, func(t *testing.T) {
			compare(t, test.comments, full, full, canonicalize(t, xmllint, test.option, full))
			compare(t, test.without, full, bare, canonicalize(t, xmllint, test.option, bare))
		})
	}
}

func compare(t *testing.T, m Method, docs, shown, want []string) {
	t.Helper()
	for i, doc := range docs {
		if got := string(m.Append(nil, parse(t, doc), nil)); got != want[i] {
			t.Fatalf("%s of document %d:\n%s\n%s", m.URI(), i, shown[i], difference(got, want[i]))
		}
	}
}

// difference shows where two canonical forms part.
func difference(got, want string) string {
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	from := max(0, i-60)
	return fmt.Sprintf("at byte %d\n got …%q\nwant …%q", i, got[from:min(len(got), i+60)], want[from:min(len(want), i+60)])
}

// canonicalize has xmllint write the canonical forms of documents.
func canonicalize(t *testing.T, xmllint, option string, docs []string) []string {
	t.Helper()
	// One process does them all. A document between each two of them shows where they end.
	const separator, separated = "<end-of-document/>", "<end-of-document></end-of-document>"
	dir := t.TempDir()
	write := func(name, doc string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(doc), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("separator.xml", separator)
	args := []string{"--nonet", option}
	for i, doc := range docs {
		name := fmt.Sprintf("%d.xml", i)
		write(name, doc)
		args = append(args, name, "separator.xml")
	}
	cmd := exec.CommandContext(t.Context(), xmllint, args...)
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	forms := strings.SplitAfter(stdout.String(), separated)
	if len(forms) != len(docs)+1 {
		t.Fatalf("%d canonical forms of %d documents: %s", len(forms)-1, len(docs), stderr.String())
	}
	for i := range docs {
		forms[i] = strings.TrimSuffix(forms[i], separated)
	}
	return forms[:len(docs)]
}
