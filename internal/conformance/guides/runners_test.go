package guides

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// runner carries out the blocks of a language.
type runner struct {
	file    string        // where a block is put, with its number; "" for the shell itself
	missing func() string // what this machine lacks for it; "" when nothing
	command func(file string) string

	// optional is what continuous integration may lack when this test runs: Python has its turn with the peers.
	optional bool
}

// runners are the languages whose blocks are carried out; a fragment of Go is in a program with all the others.
var runners = map[string]runner{
	"sh":       {missing: needs("bash")},
	"fragment": {missing: needs("go")},
	"go":       {"program%d.go", needs("go"), inModule(`build -o "$here/program" `, ` && "$here/program"`), false},
	"gotest":   {"program%d_test.go", needs("go"), inModule("test -count=1 ", ""), false},
	"python":   {"program%d.py", lacksPython, func(file string) string { return python() + " " + file }, true},
	"ts":       {"program%d.mjs", needs("node"), func(file string) string { return "node " + file }, false},
	"java":     {"program%d/Guide.java", needs("javac"), func(file string) string { return "java " + file }, false},
	"csharp":   {"program%d/Guide.cs", lacksCSharp, func(file string) string { return csharp() + " " + file }, false},
}

// runnerOf returns what carries out a block; false when nothing does.
func runnerOf(b Block) (runner, bool) {
	language := b.Language
	if language == "go" {
		switch {
		case isFragment(b):
			language = "fragment"
		case strings.Contains(b.Text, "\nfunc Test"):
			language = "gotest"
		}
	}
	r, ok := runners[language]
	return r, ok && b.Skip == ""
}

// needs asks for a program.
func needs(name string) (missing func() string) {
	return func() string {
		if _, err := exec.LookPath(name); err != nil {
			return "no " + name
		}
		return ""
	}
}

func lacksPython() string {
	if python() == "" {
		return "no Python that has the package ksef2 (KSEF_GUIDES_PYTHON)"
	}
	return ""
}

func lacksCSharp() string {
	if csharp() == "" {
		return "neither .NET 10 nor what csharp/install puts in its place"
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
	for _, candidate := range installed("bin", "python") {
		if exec.Command(candidate, "-c", "import ksef2").Run() == nil {
			return candidate
		}
	}
	return ""
})

// csharp is what runs a file of C#: the SDK of .NET 10 or newer, or what csharp/install has set up.
var csharp = sync.OnceValue(func() string {
	if version, err := exec.Command("dotnet", "--version").Output(); err == nil {
		major, _, _ := strings.Cut(string(version), ".")
		if n, err := strconv.Atoi(major); err == nil && n >= 10 {
			return "dotnet run"
		}
	}
	script, err := filepath.Abs(filepath.Join("csharp", "run.py"))
	found := installed("roslyn")
	if err != nil || len(found) == 0 {
		return ""
	}
	return filepath.Join(filepath.Dir(found[0]), "bin", "python") + " " + script
})

// installed finds what scripts have put into their environments, which ../peers/pieces.sh keeps.
func installed(name ...string) []string {
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil
	}
	found, _ := filepath.Glob(filepath.Join(append([]string{cache, "ksef-peers", "*"}, name...)...)) // the pattern is well formed
	return found
}

// isProgram tells a whole file of Go from a fragment.
func isProgram(text string) bool { return strings.HasPrefix(strings.TrimSpace(text), "package ") }

func TestRunnerOf(t *testing.T) {
	for text, want := range map[string]string{
		"x := 1\n":                                   "",
		"package main\n\nfunc main() {}":             "program%d.go",
		"package p\n\nfunc TestX(t *testing.T) {}\n": "program%d_test.go",
	} {
		if got, ok := runnerOf(Block{Language: "go", Text: text}); got.file != want || !ok {
			t.Errorf("%q: %q, %v", text, got.file, ok)
		}
	}
	if _, ok := runnerOf(Block{Language: "sh", Text: "ls\n", Skip: "why not"}); ok {
		t.Error("a block runs that should not")
	}
}
