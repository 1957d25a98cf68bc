package schema

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
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
		missing(t, "the ministry's files are not there: set KSEF_SHARED (%v)", err)
	}
	return path
}

// tool returns the path of an external program.
func tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		missing(t, "%s is not installed", name)
	}
	return path
}

// missing skips the test, or fails it where everything must be there.
func missing(t testing.TB, format string, a ...any) {
	t.Helper()
	if os.Getenv("KSEF_REQUIRE_TOOLS") == "1" {
		t.Fatalf(format, a...)
	}
	t.Skipf(format, a...)
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
