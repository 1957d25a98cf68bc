package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// What the sources read of the environment, by a name of ours or as it is.
var (
	ourVariable   = regexp.MustCompile(`\bvariable(?:Name)?\("([A-Z0-9_]+)"\)`)
	otherVariable = regexp.MustCompile(`(?:\bget|\blookup|\bbaseDirectory|os\.Getenv)\("([A-Z][A-Z0-9_]+)"[,)]`)
)

// systemVariables are set by the system and nobody's to set.
var systemVariables = []string{"DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "LOCALAPPDATA", "WT_SESSION"}

// The list of variables has all that the sources read, and nothing else.
func TestEnvironmentIsComplete(t *testing.T) {
	read := map[string]bool{"KSEF_" + sandboxAdmin: true,
		"HTTPS_PROXY": true, "HTTP_PROXY": true, "NO_PROXY": true, // by net/http
		"LC_ALL": true, "LC_MESSAGES": true, "LANG": true} // in a loop
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range ourVariable.FindAllSubmatch(text, -1) {
			read["KSEF_"+string(found[1])] = true
		}
		for _, found := range otherVariable.FindAllSubmatch(text, -1) {
			if name := string(found[1]); !slices.Contains(systemVariables, name) {
				read[name] = true
			}
		}
	}
	listed := map[string]bool{}
	for _, v := range Environment() {
		for name := range strings.SplitSeq(v.Name, ", ") {
			listed[name] = true
			if !read[name] {
				t.Errorf("%s is listed, and nobody reads it", name)
			}
		}
	}
	for name := range read {
		if !listed[name] {
			t.Errorf("%s is read, but not listed", name)
		}
	}
}

func TestHelpEnvironment(t *testing.T) {
	for lang, want := range map[string]string{"en": "as --nip", "pl": "jak --nip"} {
		e, stdout, stderr := world(t, nil, "help", "environment", "--lang", lang)
		if code := run(t.Context(), e); code != exitDone || stderr.Len() > 0 {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
		for line := range strings.Lines(stdout.String()) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > helpWidth {
				t.Errorf("%d characters: %s", n, line)
			}
		}
		for _, v := range Environment() {
			if !strings.Contains(stdout.String(), "  "+v.Name) {
				t.Errorf("nothing of %s", v.Name)
			}
		}
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("said %s", stdout)
		}
	}
}
