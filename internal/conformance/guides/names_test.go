package guides

import (
	"bytes"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef/internal/cli"
)

const module = "github.com/ksef-go/ksef"

// variables are the names that documents use for values of package ksef.
var variables = map[string]string{
	"client": "Client", "auth": "AuthenticatedClient", "session": "OnlineSession", "batch": "BatchSession",
}

var span = regexp.MustCompile("`([^`]+)`")

// counterparts returns what stands in the middle column of a document's tables, each with its line.
func counterparts(t *testing.T, name string) map[string]int {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	line := 0
	for row := range bytes.Lines(text) {
		line++
		columns := strings.Split(strings.ReplaceAll(string(row), `\|`, "/"), "|")
		if len(columns) != 5 {
			continue
		}
		for _, m := range span.FindAllStringSubmatch(columns[2], -1) {
			found[m[1]] = line
		}
	}
	return found
}

// What people who come from ksef2 are told to use exists: names of Go, commands and their flags; and they are told
// the same in both languages.
func TestCounterpartsExist(t *testing.T) {
	lookup, _ := exported(t)
	packages := importer.ForCompiler(token.NewFileSet(), "gc", lookup)
	var told [][]string
	for _, language := range []string{"en", "pl"} {
		name := filepath.Join(root, "docs", language, "from-ksef2.md")
		found := counterparts(t, name)
		var all []string
		for what, line := range found {
			all = append(all, what)
			if err := exists(packages, what); err != nil {
				t.Errorf("%s:%d: %s: %v", title(name), line, what, err)
			}
		}
		slices.Sort(all)
		told = append(told, all)
	}
	for _, wrong := range []string{"auth.Sessions.Nothing", "ksef.Nothing", "ksef invoice nothing", "ksef invoice send --nothing"} {
		if exists(packages, wrong) == nil {
			t.Errorf("%s exists", wrong)
		}
	}
	if len(told[0]) < 200 {
		t.Errorf("only %d names: are the tables read?", len(told[0]))
	}
	if !slices.Equal(told[0], told[1]) {
		t.Error("the two languages name different things")
	}
}

// Commands and flags that the text of documents names exist.
func TestCommandsInTextExist(t *testing.T) {
	checked := 0
	for _, name := range documents(t) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			for _, m := range span.FindAllStringSubmatch(line, -1) {
				if !strings.HasPrefix(m[1], "ksef ") {
					continue
				}
				checked++
				if err := commandExists(m[1]); err != nil {
					t.Errorf("%s:%d: %s: %v", title(name), i+1, m[1], err)
				}
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d commands: is the text read?", checked)
	}
}

var failure = regexp.MustCompile("`(?:ksef\\.)?((?:Err|Code)[A-Z]\\w*)`")

// Errors and codes that the text of documents names exist, in one of the packages.
func TestErrorsInTextExist(t *testing.T) {
	lookup, imports := exported(t)
	packages := importer.ForCompiler(token.NewFileSet(), "gc", lookup)
	names := map[string]bool{}
	for path := range strings.FieldsSeq(imports) {
		pkg, err := packages.Import(strings.Trim(path, `"`))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range pkg.Scope().Names() {
			names[name] = true
		}
	}
	checked := 0
	for _, name := range documents(t) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range failure.FindAllStringSubmatch(string(text), -1) {
			checked++
			if !names[m[1]] {
				t.Errorf("%s: there is no %s", title(name), m[1])
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d names: is the text read?", checked)
	}
}

// exists looks for a command or a name of Go.
func exists(packages types.Importer, what string) error {
	if strings.HasPrefix(what, "ksef ") {
		return commandExists(what)
	}
	return nameExists(packages, what)
}

// nameExists looks for ksef.Client, auth.Sessions.Query or certs.LoadPEM.
func nameExists(packages types.Importer, name string) error {
	parts := strings.Split(name, ".")
	pkg, rest := parts[0], parts[1:]
	if typ, ok := variables[pkg]; ok {
		pkg, rest = "ksef", append([]string{typ}, rest...)
	}
	path := module
	if pkg != "ksef" {
		path += "/" + pkg
	}
	found, err := packages.Import(path)
	if err != nil {
		return err
	}
	var at types.Object = found.Scope().Lookup(rest[0])
	if at == nil {
		return fmt.Errorf("package %s has no %s", pkg, rest[0])
	}
	for _, member := range rest[1:] {
		typ := at.Type()
		if _, pointer := typ.Underlying().(*types.Pointer); !pointer {
			typ = types.NewPointer(typ)
		}
		next, _, _ := types.LookupFieldOrMethod(typ, true, found, member)
		if next == nil {
			return fmt.Errorf("%s has no %s", at.Type(), member)
		}
		at = next
	}
	return nil
}

// commandExists looks for "ksef invoice send FILE --batch". What is not a flag and does not begin with a lower-case
// letter is an argument.
func commandExists(line string) error {
	var path, flags []string
	for _, word := range strings.Fields(line)[1:] {
		if flag, ok := strings.CutPrefix(word, "--"); ok {
			flags = append(flags, flag)
		} else if len(flags) == 0 && word[0] >= 'a' && word[0] <= 'z' && !strings.ContainsAny(word, "./") {
			path = append(path, word)
		}
	}
	root := cli.Root()
	root.InitDefaultHelpCmd() // otherwise only there when it runs
	cmd, rest, err := root.Find(path)
	if err != nil {
		return err
	}
	if len(rest) > 0 && cmd.HasAvailableSubCommands() {
		return fmt.Errorf("%s has no command %s", cmd.CommandPath(), rest[0])
	}
	for _, flag := range flags {
		if !hasFlag(cmd, flag) {
			return fmt.Errorf("%s has no flag --%s", cmd.CommandPath(), flag)
		}
	}
	return nil
}

func hasFlag(cmd *cobra.Command, name string) bool {
	return cmd.Flags().Lookup(name) != nil || cmd.PersistentFlags().Lookup(name) != nil || cmd.InheritedFlags().Lookup(name) != nil
}

// exported looks up the types of the module's packages in what the toolchain has compiled, and returns how the
// public ones are imported.
func exported(t *testing.T) (lookup importer.Lookup, imports string) {
	t.Helper()
	cmd := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}\t{{.Module}}\t{{.DepOnly}}", "./...")
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
