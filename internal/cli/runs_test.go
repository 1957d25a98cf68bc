package cli

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// ran is what a command line of a script came to. The process that ran it notes
// it in a file of its own, in the directory that runsVariable names.
type ran struct {
	Args   []string
	Code   int
	Said   string // on standard error
	JSON   bool   // standard output is JSON
	Polish *ran   `json:",omitempty"` // the same in Polish, of what was refused
}

const runsVariable = "KSEF_TEST_RUNS"

// noted runs the program as [Main] does and notes what became of it.
func noted() int {
	dir := os.Getenv(runsVariable)
	if dir == "" {
		return Main()
	}
	e := process()
	r := &ran{Args: e.args}
	var out, said shared
	e.stdout, e.stderr = io.MultiWriter(e.stdout, &out), io.MultiWriter(e.stderr, &said)
	r.Code = runProcess(e)
	r.Said, r.JSON = said.String(), json.Valid([]byte(out.String()))
	if r.Code == exitUsage && !slices.Contains(r.Args, dash) && chooseLanguage(e) == english && !slices.Contains(r.Args, "--lang") {
		r.Polish = inPolish(r.Args)
	}
	if err := r.note(dir); err != nil {
		panic(err)
	}
	return r.Code
}

// inPolish runs again what was refused: that does nothing, in any language.
func inPolish(args []string) *ran {
	e := process()
	e.args = slices.Concat([]string{"--lang=pl"}, args)
	var said shared
	e.stdout, e.stderr = io.Discard, &said
	return &ran{Args: e.args, Code: runProcess(e), Said: said.String()}
}

// shared is a buffer that work at the same time may write to, as it may to a file.
type shared struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func (r *ran) note(dir string) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "*.json")
	if err != nil {
		return err
	}
	if _, err := f.Write(text); err != nil {
		return err
	}
	return f.Close()
}

// readRuns reads what all processes have noted.
func readRuns(t *testing.T, dir string) (all []*ran) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r := new(ran)
		if err := json.Unmarshal(text, r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}
