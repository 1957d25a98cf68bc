package sandbox

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What docs/FIDELITY.md says of each operation is what the server does.
func TestFidelity(t *testing.T) {
	text, err := os.ReadFile("../docs/FIDELITY.md")
	if err != nil {
		t.Fatal(err)
	}
	states := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([A-Z]+ /[^`]*)` \\| (\\w+) \\|").FindAllStringSubmatch(string(text), -1) {
		if states[row[1]] != "" {
			t.Errorf("%s has two rows", row[1])
		}
		states[row[1]] = row[2]
	}
	for _, rt := range routes() {
		if s := states[rt.operation]; s != "emulated" && s != "simplified" {
			t.Errorf("%s is there, and docs/FIDELITY.md says %q", rt.operation, s)
		}
		delete(states, rt.operation)
	}
	for _, operation := range slices.Sorted(maps.Keys(states)) {
		t.Errorf("docs/FIDELITY.md tells of %s, which is no operation", operation)
	}
}

// Assumptions are numbered without gaps, and notes refer to those that are there.
func TestAssumptionsAreNumbered(t *testing.T) {
	text, err := os.ReadFile("../docs/FIDELITY.md")
	if err != nil {
		t.Fatal(err)
	}
	_, list, ok := strings.Cut(string(text), "## Assumptions")
	if !ok {
		t.Fatal("no assumptions")
	}
	n := 0
	for _, m := range regexp.MustCompile(`(?m)^(\d+)\. `).FindAllStringSubmatch(list, -1) {
		if n++; m[1] != strconv.Itoa(n) {
			t.Fatalf("assumption %s stands in place of %d", m[1], n)
		}
	}
	for _, m := range regexp.MustCompile(`see (\d+)(?:(?:, | to )(\d+))*`).FindAllString(string(text), -1) {
		for _, number := range regexp.MustCompile(`\d+`).FindAllString(m, -1) {
			if i, err := strconv.Atoi(number); err != nil || i > n {
				t.Errorf("%q: there are %d assumptions", m, n)
			}
		}
	}
}
