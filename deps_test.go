package ksef_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/ksef-go/ksef"

// rooms says what each room may link of the others, directly or not. Tops may
// link all.
var rooms = map[string][]string{
	"":                    slices.Concat([]string{"xades"}, foundations),
	"sandbox":             slices.Concat([]string{"", "schema", "upo", "xades"}, foundations),
	"mirror":              slices.Concat([]string{"", "xades"}, foundations),
	"budget":              {},
	"certs":               {"certs/internal/...", "internal/testcert"},
	"xades":               {"internal/xmltree", "internal/c14n"},
	"qr":                  {},
	"schema":              {"internal/checksum"},
	"upo":                 {"xades", "internal/checksum", "internal/xmltree", "internal/c14n"},
	"internal/c14n":       {"internal/xmltree"},
	"internal/xmltree":    {},
	"internal/seal":       {},
	"internal/archive":    {"internal/seal"},
	"internal/checksum":   {},
	"internal/testcert":   {},
	"internal/csr":        {"internal/testcert"},
	"internal/translate":  slices.Concat([]string{"", "budget", "qr", "schema", "upo", "xades"}, foundations),
	"internal/sample":     {},
	"internal/judge":      {},
	"internal/growth":     {},
	"internal/contract":   {},
	"internal/why":        slices.Concat([]string{"", "sandbox", "budget", "qr", "schema", "upo", "xades", "internal/translate"}, foundations),
	"internal/gen/schema": {"schema"},
}

// foundations are the internal rooms that any other may stand on.
var foundations = []string{
	"internal/seal", "internal/archive", "internal/checksum", "internal/csr", "internal/testcert", "internal/xmltree", "internal/c14n",
}

// tops are linked by nobody but the program itself, and what writes its reference.
var tops = []string{"cmd/ksef", "internal/cli", "internal/conformance", "internal/gen/cli"}

// modules that a program may come to link by importing a room.
var foreign = map[string][]string{
	"":         {"github.com/klauspost/compress", "github.com/go-json-experiment/json"},
	"xades":    {},
	"budget":   {"github.com/gofrs/flock", "golang.org/x/sys"},
	"certs":    {"software.sslmate.com/src/go-pkcs12", "golang.org/x/crypto"},
	"schema":   {},
	"qr":       {"rsc.io/qr"},
	"mirror":   nil, // SQLite's, which nobody above may link
	"cmd/ksef": nil, // whatever it needs
	"sandbox":  {"github.com/klauspost/compress", "github.com/go-json-experiment/json"},
}

func linked(t *testing.T, room string) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps", "./"+room).Output()
	if err != nil {
		t.Fatalf("go list ./%s: %v", room, err)
	}
	return strings.Fields(string(out))
}

func TestWhoImportsWhom(t *testing.T) {
	out, err := exec.Command("go", "list", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range strings.FieldsSeq(string(out)) {
		room := strings.TrimPrefix(strings.TrimPrefix(pkg, module), "/")
		if slices.ContainsFunc(tops, func(top string) bool { return under(room, top+"/...") }) {
			continue
		}
		allowed, named := rooms[room]
		if !named && !strings.HasPrefix(room, "internal/gen/") && !under(room, "certs/internal/...") {
			t.Errorf("%s: no rule says what it may import; give it one", pkg)
		}
		for _, dep := range linked(t, room) {
			rest, ours := strings.CutPrefix(dep, module)
			rest = strings.TrimPrefix(rest, "/")
			if !ours || rest == room {
				continue
			}
			if slices.ContainsFunc(tops, func(top string) bool { return under(rest, top+"/...") }) {
				t.Errorf("%s links %s, which nobody may", pkg, dep)
			}
			if named && !slices.ContainsFunc(allowed, func(pattern string) bool { return under(rest, pattern) }) {
				t.Errorf("%s links %s", pkg, dep)
			}
		}
	}
}

// What writes the reference of the commands stays out of the program.
func TestProgramHasNoGenerators(t *testing.T) {
	for _, dep := range linked(t, "cmd/ksef") {
		for _, generator := range []string{"github.com/spf13/cobra/doc", "github.com/cpuguy83/go-md2man", "github.com/russross/blackfriday"} {
			if strings.HasPrefix(dep, generator) {
				t.Errorf("cmd/ksef links %s", dep)
			}
		}
	}
}

// under reports whether room is what pattern names; "/..." stands for anything
// below.
func under(room, pattern string) bool {
	if top, ok := strings.CutSuffix(pattern, "/..."); ok {
		return room == top || strings.HasPrefix(room, top+"/")
	}
	return room == pattern
}

// Import weight is a feature: whoever imports the client links the standard
// library and what stands here.
func TestForeignModules(t *testing.T) {
	for room, allowed := range foreign {
		if allowed == nil {
			continue
		}
		for _, dep := range linked(t, room) {
			first, _, _ := strings.Cut(dep, "/")
			if !strings.Contains(first, ".") || strings.HasPrefix(dep, module) {
				continue // the standard library's and our own
			}
			if !slices.ContainsFunc(allowed, func(m string) bool { return strings.HasPrefix(dep, m) }) {
				t.Errorf("%s links %s", room, dep)
			}
		}
	}
}
