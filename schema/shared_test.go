package schema

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ksef-go/ksef/internal/judge"
)

// shared returns the path of something in the folder of the ministry's
// schemas and samples, which are not part of this module: $KSEF_SHARED, or
// ../shared beside the module.
func shared(t testing.TB, parts ...string) string {
	t.Helper()
	root := os.Getenv("KSEF_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "shared")
	}
	path := filepath.Join(append([]string{root}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		judge.Missing(t, "the ministry's files are not there: set KSEF_SHARED (%v)", err)
	}
	return path
}

// samples reads all the ministry's samples of a kind.
func samples(t testing.TB, kind string) [][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(shared(t, "samples", kind), "*.xml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples of %s (%v)", kind, err)
	}
	var docs [][]byte
	for _, f := range files {
		doc, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, doc)
	}
	return docs
}
