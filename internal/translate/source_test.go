package translate

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// text is a text of a room's source, as a format.
type text struct{ format, where string }

// bilingual are files that state both languages side by side.
var bilingual = map[string]bool{"../../schema/code.go": true, "../../upo/explain.go": true}

// isProse reports whether people would read it: there are two words in it that
// stand for themselves, or one beside an argument.
func isProse(format string) bool {
	words := len(freeWord.FindAllString(verb.ReplaceAllString(format, " "), -1))
	return words > 1 || words == 1 && verb.MatchString(format) && strings.Contains(format, " ")
}

var freeWord = regexp.MustCompile(`(?:^|[\s("])[a-z]{2,}(?:$|[\s,;:.)?!"])`)

// ofErrors are the fields of errors that are texts.
var ofErrors = map[string]bool{"Message": true, "Want": true, "Got": true, "Expected": true, "Found": true, "Msg": true}

// texts are the formats in the sources of a room that can become the text of an
// error: what errors.New and fmt.Errorf are given and, unless only those count,
// whatever else reads like prose, and all constants of types that are errors. All
// is whatever is written there.
func texts(t *testing.T, dir string, errorsOnly bool) (found []text, all map[string]bool) {
	t.Helper()
	w := &walker{errorsOnly: errorsOnly, errorTypes: map[string]bool{}, all: map[string]bool{}}
	var parsed []*ast.File
	parsed, w.set = sources(t, dir)
	for _, f := range parsed {
		w.findErrorTypes(f)
	}
	for _, f := range parsed {
		ast.Walk(w, f)
	}
	return w.found, w.all
}

// errorTypes are the types of a room that are errors.
func errorTypes(t *testing.T, dir string) []string {
	t.Helper()
	w := &walker{errorTypes: map[string]bool{}}
	parsed, _ := sources(t, dir)
	for _, f := range parsed {
		w.findErrorTypes(f)
	}
	return slices.Sorted(maps.Keys(w.errorTypes))
}

// sources are the files of a room, without tests and what is bilingual.
func sources(t *testing.T, dir string) ([]*ast.File, *token.FileSet) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: no sources, %v", dir, err)
	}
	set := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || bilingual[name] {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, f)
	}
	return parsed, set
}

var hasLetters = regexp.MustCompile(`\pL`)

type walker struct {
	set        *token.FileSet
	errorsOnly bool
	errorTypes map[string]bool // whose constants are texts
	found      []text
	all        map[string]bool // whatever is written there, for what the catalogue has
}

// ofTypes are methods whose texts are told by the type, and those that speak to
// programmers.
var ofTypes = map[string]bool{
	"Error": true, "String": true, "GoString": true, "Format": true, "LogValue": true,
}

// foreign finds texts in other languages than English: SQL and XML.
var foreign = regexp.MustCompile(`\b(SELECT|INSERT|UPDATE|CREATE|WHERE|ORDER BY|BETWEEN|PRAGMA)\b|xmlns[:=]|</?\w+ \w+=|application/xml`)

// findErrorTypes finds the types that are errors.
func (w *walker) findErrorTypes(f *ast.File) {
	for _, d := range f.Decls {
		if m, ok := d.(*ast.FuncDecl); ok && m.Name.Name == "Error" && m.Recv != nil {
			of := m.Recv.List[0].Type
			if pointer, ok := of.(*ast.StarExpr); ok {
				of = pointer.X
			}
			if name, ok := of.(*ast.Ident); ok {
				w.errorTypes[name.Name] = true
			}
		}
	}
}

// add keeps what has words: what only puts others together needs no other words.
func (w *walker) add(format string, at token.Pos) {
	format = Unprefixed(format)
	w.all[format] = true
	if !hasLetters.MatchString(verb.ReplaceAllString(format, "")) || foreign.MatchString(format) {
		return
	}
	w.found = append(w.found, text{format, w.set.Position(at).String()})
}

func (w *walker) Visit(n ast.Node) ast.Visitor {
	switch n := n.(type) {
	case *ast.FuncDecl:
		if n.Recv != nil && ofTypes[n.Name.Name] {
			return nil
		}
	case *ast.ImportSpec, *ast.Field: // paths and tags
		if field, ok := n.(*ast.Field); ok {
			ast.Walk(w, field.Type)
		}
		return nil
	case *ast.ValueSpec:
		if name, ok := n.Type.(*ast.Ident); ok && w.errorTypes[name.Name] && name.Name != "Failure" { // whose values are codes
			for _, v := range n.Values {
				if format, ok := formatOf(v); ok {
					w.add(format, v.Pos())
				}
			}
			return nil
		}
	case *ast.CallExpr:
		name := callee(n)
		switch {
		case name == "errors.New", name == "fmt.Errorf":
			if format, ok := formatOf(n.Args[0]); ok {
				w.add(format, n.Pos())
				for _, a := range n.Args[1:] {
					ast.Walk(w, a)
				}
				w.arguments(n.Args[0])
				return nil
			}
		case strings.HasSuffix(name, ".LogAttrs"), strings.HasSuffix(name, "Header.Set"), strings.HasSuffix(name, "Context"), strings.HasSuffix(name, "Prepare"), name == "panic", name == "regexp.MustCompile":
			return nil
		}
	}
	if field, ok := n.(*ast.KeyValueExpr); ok {
		if name, ok := field.Key.(*ast.Ident); ok && ofErrors[name.Name] && !w.errorsOnly {
			if format, ok := formatOf(field.Value); ok {
				w.add(format, n.Pos())
				w.arguments(field.Value)
				return nil
			}
		}
	}
	if e, ok := n.(ast.Expr); ok {
		if format, ok := formatOf(e); ok {
			w.all[format] = true
			if isProse(format) && !w.errorsOnly {
				w.add(format, e.Pos())
			}
			w.arguments(e)
			return nil
		}
	}
	return w
}

// arguments looks into what a format puts together.
func (w *walker) arguments(e ast.Expr) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		w.arguments(e.X)
	case *ast.CallExpr:
		for _, a := range e.Args[1:] {
			ast.Walk(w, a)
		}
	case *ast.BinaryExpr:
		for _, part := range []ast.Expr{e.X, e.Y} {
			if _, ok := formatOf(part); ok {
				w.arguments(part)
			} else {
				ast.Walk(w, part)
			}
		}
	}
}

func callee(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			return x.Name + "." + f.Sel.Name
		}
		return "." + f.Sel.Name
	}
	return ""
}

func literal(e ast.Expr) string {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return ""
	}
	s, _ := strconv.Unquote(l.Value)
	return s
}

// formatOf makes one format of literals, Sprintf and what is put together of them.
func formatOf(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return formatOf(e.X)
	case *ast.BasicLit:
		return literal(e), e.Kind == token.STRING
	case *ast.CallExpr:
		if callee(e) == "fmt.Sprintf" {
			return literal(e.Args[0]), true
		}
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		left, l := formatOf(e.X)
		right, r := formatOf(e.Y)
		if !l && !r {
			return "", false
		}
		if !l {
			left = "%s"
		}
		if !r {
			right = "%s"
		}
		return left + right, true
	}
	return "", false
}
