// Package judge finds the independent programs that judge our work in tests.
package judge

import (
	"os"
	"os/exec"
	"testing"
)

// Program returns the path of an external program. A test that needs one which
// is not installed is skipped, and says so.
func Program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		Missing(t, "%s is not installed: what it would judge stays unjudged", name)
	}
	return path
}

// Missing skips the test, because something that it needs is not there. Where
// KSEF_REQUIRE_TOOLS=1 says that everything must be, as in CI, the test fails.
func Missing(t testing.TB, format string, a ...any) {
	t.Helper()
	if os.Getenv("KSEF_REQUIRE_TOOLS") == "1" {
		t.Fatalf(format, a...)
	}
	t.Skipf(format, a...)
}
