package guides

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

// frame is what a fragment of Go stands in: what the text around it takes for granted. The inner braces let a
// fragment declare those names itself.
const frame = `package guide

import (
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

%s)

func _(ctx context.Context, client *ksef.Client, auth *ksef.AuthenticatedClient, srv *sandbox.Server, t *testing.T, err error,
	password, haslo, token string, ref ksef.ReferenceNumber, nip ksef.NIP, invoiceXML []byte, cert tls.Certificate, key crypto.Signer) {{
%s
}}
`

var importBlock = regexp.MustCompile(`(?s)import \(.*?\n\)\n|import "[^"]*"\n`)

// The fragments of Go that the documents show compile, block by block.
func TestFragmentsCompile(t *testing.T) {
	fset := token.NewFileSet()
	packages, imports := exported(t)
	conf := types.Config{Importer: importer.ForCompiler(fset, "gc", packages)}
	var failures []string
	conf.Error = func(err error) {
		// A fragment may leave unused what it shows how to get.
		if e, ok := errors.AsType[types.Error](err); !ok || !e.Soft {
			failures = append(failures, err.Error())
		}
	}
	for _, name := range documents(t) {
		for _, b := range read(t, name) {
			if b.Language != "go" || isProgram(b.Text) {
				continue
			}
			place := fmt.Sprintf("%s:%d", title(name), b.Line)
			source := fmt.Sprintf(frame, imports, importBlock.ReplaceAllString(b.Text, ""))
			file, err := parser.ParseFile(fset, place, source, 0)
			if err != nil {
				t.Errorf("%v\n%s", err, b.Text)
				continue
			}
			failures = nil
			_, _ = conf.Check("guide", fset, []*ast.File{file}, nil) // conf.Error hears of everything
			if len(failures) > 0 {
				t.Errorf("%s:\n%s\n%s", place, strings.Join(failures, "\n"), b.Text)
			}
		}
	}
}

// exported looks up the types of the packages that fragments import, in what the toolchain has compiled, and
// returns how the module's public ones are imported.
func exported(t *testing.T) (lookup importer.Lookup, imports string) {
	t.Helper()
	cmd := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}\t{{.Module}}\t{{.DepOnly}}", "./...", "net/http/httptest", "testing", "crypto/sha256", "encoding/json")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		files[fields[0]] = fields[1]
		ours := fields[2] == module && !strings.Contains(fields[0], "/internal/") && !strings.Contains(fields[0], "/cmd/")
		if ours && fields[1] != "" {
			imports += fmt.Sprintf("\t%q\n", fields[0])
		}
	}
	return func(path string) (io.ReadCloser, error) { return os.Open(files[path]) }, imports
}
