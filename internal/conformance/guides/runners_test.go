package guides

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// runner carries out the blocks of a language.
type runner struct {
	file    string // where a block is put, with its number; "" for the shell itself
	needs   string // a program
	command func(file string) string
}

// runners are the languages whose blocks are carried out. Go fragments are compiled elsewhere.
var runners = map[string]runner{
	"sh":     {},
	"go":     {"program%d/main.go", "go", nil},
	"python": {"program%d.py", "", func(file string) string { return python() + " " + file }},
	"ts":     {"program%d.mjs", "node", func(file string) string { return "node " + file }},
	"java":   {"program%d/Guide.java", "javac", func(file string) string { return "java " + file }},
	"csharp": {"program%d/Program.cs", "dotnet", func(file string) string { return "dotnet run " + file }},
}

// missing says what a runner lacks on this machine; "" when nothing.
func (r runner) missing() string {
	if strings.HasSuffix(r.file, ".py") {
		if python() == "" {
			return "no Python that has the package ksef2 (KSEF_GUIDES_PYTHON)"
		}
		return ""
	}
	if r.needs == "" {
		return ""
	}
	if _, err := exec.LookPath(r.needs); err != nil {
		return "no " + r.needs
	}
	return ""
}

// run is the command for a file. Go programs are run from the module's root, which is where they find it.
func (r runner) run(t *testing.T, file string) string {
	t.Helper()
	if r.command != nil {
		return r.command(file)
	}
	here, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("(here=$PWD; cd %s && go build -o \"$here/program\" %s) && ./program", here, file)
}

// python is a Python that knows the package the guides use; the peers' script sets one up.
func python() string { return os.Getenv("KSEF_GUIDES_PYTHON") }

// isProgram tells a whole program from a fragment.
func isProgram(text string) bool { return strings.HasPrefix(strings.TrimSpace(text), "package main") }
