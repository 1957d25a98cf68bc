package guides

import (
	"cmp"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// fragmentRunner is the program that all fragments of Go are in, by the name under which scripts find it.
const fragmentRunner = "go-fragment"

// importable are the packages that fragments use without importing them.
var importable = []string{
	"context", "crypto/sha256", "encoding/json", "errors", "fmt", "os", "time",
	module, module + "/budget", module + "/certs", module + "/mirror", module + "/qr", module + "/sandbox",
	module + "/schema", module + "/upo", module + "/xades",
}

// takenForGranted are the names that fragments use without declaring them, and what they stand for: what the reader
// of package given has.
var takenForGranted = []struct{ name, value string }{
	{"err", "error(nil)"},
	{"client", "reader.Client()"},
	{"auth", "reader.Auth()"},
	{"token", "reader.Token()"},
	{"cert", "reader.Seal()"},
	{"certificatePEM", "reader.SealPEM()"},
	{"card", "reader.Card()"},
	{"ref", "reader.Ref"},
	{"password", "reader.Password"},
	{"haslo", "reader.Password"},
	{"sign", "reader.Sign"},
	{"invoiceXML", "reader.InvoiceXML()"},
	{"upoXML", "reader.UPOXML()"},
}

// Where fragments say that KSeF is, the reader has the sandbox.
var fragmentBase = strings.NewReplacer(
	`ksef.NewClient(ksef.Test, nil)`, `ksef.NewClient(ksef.Test, &ksef.Options{BaseURL: reader.Base})`,
	`"http://`+toldHTTP+`/v2"`, `reader.Base`,
)

var importBlock = regexp.MustCompile(`(?s)^import \(.*?\n\)\n|^import "[^"]*"\n`)

func isFragment(b Block) bool { return b.Language == "go" && !isProgram(b.Text) }

// place names a block.
func place(document string, b Block) string { return fmt.Sprintf("%s:%d", title(document), b.Line) }

// buildFragments builds one program of all fragments that the documents have, also of those that are not run. Each is
// a function of its own; its inner braces let it declare what it could take for granted.
func buildFragments(t *testing.T, program string) {
	t.Helper()
	var bodies strings.Builder
	for _, name := range documents(t) {
		for _, b := range read(t, name) {
			if !isFragment(b) {
				continue
			}
			text, err := checked(importBlock.ReplaceAllStringFunc(fragmentBase.Replace(b.Text), func(imports string) string {
				return strings.Repeat("\n", strings.Count(imports, "\n"))
			}))
			if err != nil {
				t.Fatalf("%s: %v\n%s", place(name, b), err, b.Text)
			}
			fmt.Fprintf(&bodies, "%q: func(ctx context.Context, reader *given.Reader) {\n", place(name, b))
			for _, g := range takenForGranted {
				if mentions(text, g.name) {
					fmt.Fprintf(&bodies, "%s := %s; _ = %[1]s\n", g.name, g.value)
				}
			}
			fmt.Fprintf(&bodies, "{\n//line %s\n%s}\n},\n", place(name, b), text)
		}
	}
	source := "package main\n\nimport (\n"
	for _, path := range append(slices.Clone(importable), module+"/internal/conformance/guides/given") {
		if mentions(bodies.String(), path[strings.LastIndex(path, "/")+1:]+`\.`) {
			source += fmt.Sprintf("%q\n", path)
		}
	}
	source += ")\n\nfunc main() {\ngiven.Run(map[string]func(context.Context, *given.Reader){\n" + bodies.String() + "})\n}\n"
	compile(t, source, program)
}

// compile builds a program of the module, from a source that is not in it.
func compile(t *testing.T, source, program string) {
	t.Helper()
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file, overlay := filepath.Join(dir, "main.go"), filepath.Join(dir, "overlay.json")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(here, "fragments", "main.go"): file}})
	if err != nil {
		t.Fatal(err)
	}
	if err := cmp.Or(os.WriteFile(file, []byte(source), 0o600), os.WriteFile(overlay, replace, 0o600)); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-overlay", overlay, "-o", program, "./fragments").CombinedOutput(); err != nil {
		t.Fatalf("fragments do not compile: %v\n%s", err, out)
	}
}

func mentions(text, name string) bool {
	return regexp.MustCompile(`\b` + name + `\b`).MatchString(text)
}

// checked makes a fragment end at every error that it gets, and use every variable, without a line more.
func checked(fragment string) (string, error) {
	const before = "package p; func _() {\n"
	file, err := parser.ParseFile(token.NewFileSet(), "", before+fragment+"\n}", 0)
	if err != nil {
		return "", err
	}
	insert := map[int]string{} // behind which byte
	add := func(at token.Pos, variables ...ast.Expr) {
		for _, v := range variables {
			name, ok := v.(*ast.Ident)
			switch {
			case !ok || name.Name == "_":
			case name.Name == "err":
				insert[int(at)] += "; given.Check(err)"
			default:
				insert[int(at)] += "; _ = " + name.Name
			}
		}
	}
	statements := func(list []ast.Stmt) {
		for _, s := range list {
			if s, ok := s.(*ast.AssignStmt); ok {
				add(s.End(), s.Lhs...)
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			statements(n.List)
		case *ast.CaseClause:
			statements(n.Body)
		case *ast.RangeStmt:
			add(n.Body.Lbrace+1, n.Key, n.Value)
		}
		return true
	})
	var out strings.Builder
	for i, c := range []byte(fragment) {
		out.WriteString(insert[len(before)+i+1])
		out.WriteByte(c)
	}
	return out.String(), nil
}

func TestChecked(t *testing.T) {
	got, err := checked("a, err := f() // why\nfor i, err := range g() {\n\tx.y, err = h(i)\n}\nswitch {\ncase true:\n\terr = k()\n}\n")
	if err != nil {
		t.Fatal(err)
	}
	want := "a, err := f(); _ = a; given.Check(err) // why\nfor i, err := range g() {; _ = i; given.Check(err)\n\tx.y, err = h(i); given.Check(err)\n}\n" +
		"switch {\ncase true:\n\terr = k(); given.Check(err)\n}\n"
	if got != want {
		t.Errorf("%s", got)
	}
	if _, err := format.Source([]byte("package p\nfunc _() {\n" + got + "}")); err != nil {
		t.Error(err)
	}
	if _, err := checked("a :=\n"); err == nil {
		t.Error("what does not parse passes")
	}
}
