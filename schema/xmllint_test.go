package schema

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/judge"
)

// schemaFiles are the ministry's files of the forms.
var schemaFiles = map[Form]string{
	FA2: "fa/schemat_FA(2)_v1-0E.xsd", FA3: "fa/schemat_FA(3)_v1-0E.xsd", FARR: "fa_rr/schemat_FA_RR(1)_v1-1E.xsd",
	PEF: "pef/Schemat_PEF(3)_v2-1.xsd", PEFKOR: "pef/Schemat_PEF_KOR(3)_v2-1.xsd",
	AuthTokenRequest20: "auth/schemat_auth_v2-0.xsd", AuthTokenRequest21: "auth/schemat_auth_v2-1.xsd", UPO: "upo/upo-v4-3.xsd",
}

// xmllint judges documents by the ministry's schemas.
type xmllint struct {
	program string
	folder  string
	schemas string
}

func newXMLLint(t testing.TB) *xmllint {
	t.Helper()
	x := &xmllint{program: judge.Program(t, "xmllint"), folder: t.TempDir()}
	x.schemas = filepath.Join(x.folder, "schemas")
	if err := os.CopyFS(x.schemas, os.DirFS(shared(t, "schemas"))); err != nil {
		t.Fatal(err)
	}
	// The invoice schemas import by URLs; xmllint has no network here.
	base := filepath.Join(x.schemas, "fa", "bazowe")
	for _, form := range []Form{FA2, FA3, FARR} {
		edit(t, filepath.Join(x.schemas, schemaFiles[form]),
			`schemaLocation="http://crd.gov.pl/xml/schematy/dziedzinowe/mf/2022/01/05/eD/DefinicjeTypy/`, `schemaLocation="`+base+`/`)
	}
	// libxml2 refuses \b and \/, so it gets the patterns without: the same
	// language, as TestAddressPatterns shows.
	edit(t, filepath.Join(x.schemas, schemaFiles[AuthTokenRequest20]),
		`^((25[0-5]|(2[0-4]|1\d|[1-9]|)\d)\.?\b){4}`, address,
		`((25[0-5]|(2[0-4]|1\d|[1-9]|)\d)\.?\b){4}`, address,
		address+`$"`, address+`"`, `\/`, `/`, `3[0-2])$"`, `3[0-2])"`)
	return x
}

const address = `((25[0-5]|(2[0-4]|1\d|[1-9]|)\d)\.){3}(25[0-5]|(2[0-4]|1\d|[1-9]|)\d)`

func edit(t testing.TB, file string, pairs ...string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(pairs); i += 2 {
		if !bytes.Contains(b, []byte(pairs[i])) {
			t.Fatalf("%s: %s is not there", file, pairs[i])
		}
		b = bytes.ReplaceAll(b, []byte(pairs[i]), []byte(pairs[i+1]))
	}
	if err := os.WriteFile(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// judge tells of each document whether it is valid, and what xmllint says.
func (x *xmllint) judge(t testing.TB, form Form, docs [][]byte) (valid []bool, said []string) {
	t.Helper()
	folder, err := os.MkdirTemp(x.folder, "docs")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	valid, said = make([]bool, len(docs)), make([]string, len(docs))
	args := []string{"--noout", "--nonet", "--schema", filepath.Join(x.schemas, schemaFiles[form])}
	for i, doc := range docs {
		name := filepath.Join(folder, fmt.Sprintf("%05d.xml", i))
		if err := os.WriteFile(name, doc, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, name)
	}
	out, _ := exec.Command(x.program, args...).CombinedOutput() // its status tells that some are invalid
	judged := 0
	for line := range strings.Lines(string(out)) {
		rest, ok := strings.CutPrefix(line, folder+string(filepath.Separator))
		if !ok {
			continue
		}
		var i int
		if _, err := fmt.Sscanf(rest, "%05d.xml", &i); err != nil {
			t.Fatalf("xmllint: %q", line)
		}
		judged++
		said[i] += rest
		valid[i] = valid[i] || strings.HasSuffix(line, ".xml validates\n")
	}
	if judged < len(docs) {
		t.Fatalf("xmllint judged %d of %d documents:\n%.2000s", judged, len(docs), out)
	}
	return valid, said
}
