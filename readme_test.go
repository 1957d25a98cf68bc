package ksef_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// readmeFrame is what a README's example stands in: what its text takes for
// granted. The inner braces let an example declare those names itself.
const readmeFrame = `package readme

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
	"github.com/ksef-go/ksef/sandbox"
	"github.com/ksef-go/ksef/schema"
)

func _(ctx context.Context, client *ksef.Client, auth *ksef.AuthenticatedClient, err error,
	password, haslo, token string, ref ksef.ReferenceNumber, invoiceXML []byte) {{
%s
}}
`

var (
	readmeExample = regexp.MustCompile("(?s)```go\n(.*?)```")
	readmeImports = regexp.MustCompile(`(?s)import \(.*?\n\)\n`)
)

// What the READMEs show compiles, block by block.
func TestREADMEs(t *testing.T) {
	fset := token.NewFileSet()
	conf := types.Config{Importer: importer.ForCompiler(fset, "gc", exported(t))}
	var failures []string
	conf.Error = func(err error) {
		// An example may leave unused what it shows how to get.
		if e, ok := errors.AsType[types.Error](err); !ok || !e.Soft {
			failures = append(failures, err.Error())
		}
	}
	for _, name := range []string{"README.md", "README.pl.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		examples := readmeExample.FindAllStringSubmatch(string(text), -1)
		if len(examples) == 0 {
			t.Errorf("%s: no examples", name)
		}
		for i, m := range examples {
			source := fmt.Sprintf(readmeFrame, readmeImports.ReplaceAllString(m[1], ""))
			file, err := parser.ParseFile(fset, fmt.Sprintf("%s, example %d", name, i+1), source, 0)
			if err != nil {
				t.Errorf("%v\n%s", err, m[1])
				continue
			}
			failures = nil
			_, _ = conf.Check("readme", fset, []*ast.File{file}, nil) // conf.Error hears of everything
			if len(failures) > 0 {
				t.Errorf("%s\n%s", strings.Join(failures, "\n"), m[1])
			}
		}
	}
}

// exported looks up the types of the packages that examples import, in what the
// toolchain has compiled.
func exported(t *testing.T) importer.Lookup {
	t.Helper()
	out, err := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}", "./certs", "./sandbox", "./schema").Output()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		files[path] = file
	}
	return func(path string) (io.ReadCloser, error) { return os.Open(files[path]) }
}
