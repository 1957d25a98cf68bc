package guides

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// runner carries out the blocks of a language.
type runner struct {
	file    string // where a block is put, with its number; "" for the shell itself
	needs   string // a program
	command func(file string) string

	// optional is what continuous integration may lack: Python has its turn when the peers run, and nobody
	// packages .NET for it.
	optional bool
}

// runners are the languages whose blocks are carried out. Go fragments are compiled elsewhere.
var runners = map[string]runner{
	"sh":     {},
	"go":     {"program%d.go", "go", inModule(`build -o "$here/program" `, ` && "$here/program"`), false},
	"gotest": {"program%d_test.go", "go", inModule("test -count=1 ", ""), false},
	"python": {"program%d.py", "", func(file string) string { return python() + " " + file }, true},
	"ts":     {"program%d.mjs", "node", func(file string) string { return "node " + file }, false},
	"java":   {"program%d/Guide.java", "javac", func(file string) string { return "java " + file }, false},
	"csharp": {"program%d/Program.cs", "dotnet", func(file string) string { return "dotnet run " + file }, true},
}

// runnerOf returns what carries out a block; false when nothing does.
func runnerOf(b Block) (runner, bool) {
	language := b.Language
	if language == "go" {
		switch {
		case !isProgram(b.Text):
			return runner{}, false
		case strings.Contains(b.Text, "\nfunc Test"):
			language = "gotest"
		}
	}
	r, ok := runners[language]
	return r, ok && b.Skip == ""
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

// inModule is a command of the go tool for a file, run in the module's root, which is where imports are found.
func inModule(before, after string) func(file string) string {
	return func(file string) string {
		here, err := filepath.Abs(root)
		if err != nil {
			panic(err) // only without a working directory
		}
		return fmt.Sprintf(`(here=$PWD; cd %s && go %s%s%s)`, here, before, file, after)
	}
}

// python is a Python that knows the package the guides use: one that KSEF_GUIDES_PYTHON names, or one that the
// peers' script has set up, ../peers/run.
var python = sync.OnceValue(func() string {
	if named := os.Getenv("KSEF_GUIDES_PYTHON"); named != "" {
		return named
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	found, _ := filepath.Glob(filepath.Join(cache, "ksef-peers", "*", "bin", "python")) // the pattern is well formed
	for _, candidate := range found {
		if exec.Command(candidate, "-c", "import ksef2").Run() == nil {
			return candidate
		}
	}
	return ""
})

// isProgram tells a whole file of Go from a fragment.
func isProgram(text string) bool { return strings.HasPrefix(strings.TrimSpace(text), "package ") }

func TestRunnerOf(t *testing.T) {
	for text, want := range map[string]string{
		"x := 1\n":                                   "",
		"package main\n\nfunc main() {}":             "program%d.go",
		"package p\n\nfunc TestX(t *testing.T) {}\n": "program%d_test.go",
	} {
		if got, ok := runnerOf(Block{Language: "go", Text: text}); got.file != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", text, got.file, ok)
		}
	}
	if _, ok := runnerOf(Block{Language: "sh", Text: "ls\n", Skip: "why not"}); ok {
		t.Error("a block runs that should not")
	}
}
