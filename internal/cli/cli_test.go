package cli

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

func TestMain(m *testing.M) {
	// Scripts wait most of the time, as their commands do. The command line of the
	// test has the last word.
	if err := flag.Set("test.parallel", "6"); err != nil {
		panic(err)
	}
	testscript.Main(m, map[string]func(){"ksef": func() { os.Exit(noted()) }})
}

// TestScripts runs the program as a shell does, one script per command. When all
// have run, they have shown all that there is: see [coverage].
func TestScripts(t *testing.T) {
	p := scripts("testdata/script")
	p.Setup = covering(t, p)
	testscript.Run(t, p)
}

// scripts are those of a directory, and the commands they have.
func scripts(dir string) testscript.Params {
	return testscript.Params{
		Dir:                 dir,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(e *testscript.Env) error {
			e.Setenv("LANG", "en_US.UTF-8")
			e.Setenv("GORACE", "atexit_sleep_ms=0") // under the race detector every command would end a second late
			e.Setenv("XDG_CONFIG_HOME", filepath.Join(e.WorkDir, "config"))
			e.Setenv("XDG_STATE_HOME", filepath.Join(e.WorkDir, "state"))
			e.Setenv("FINGERPRINT", strings.Repeat("0123456789ABCDEF", 4))
			e.Setenv("PAST", time.Now().AddDate(0, 0, -10).Format(time.DateOnly))
			e.Setenv("SOON", time.Now().AddDate(0, 0, 130).Format(time.DateOnly))
			e.Values[serverKey{}] = &server{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"refuses":   refuses,
			"shape":     shape,
			"bare":      bare,
			"serve":     serve,
			"interrupt": interrupt,
			"fetch":     fetch,
			"json":      isJSON,
			"capture":   capture,
			"mode":      mode,
			"sign":      sign,
			"send":      send,
			"seal":      seal,
			"bundle":    bundle,
			"invoices":  invoices,
			"requests":  requests,
			"await":     await,
			"bus":       bus,
			"wallet":    wallet,
			"secret":    keptSecret,
		},
	}
}

// exits runs a command that must end with the given exit code:
//
//	exits 2 ksef demo --nope
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code program [args…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// refuses runs a command once with each of several flags, none of which has a
// value that can be meant. The error must name the flag and quote the value:
//
//	refuses 2 ksef invoice list : --role=friend --from=never
func refuses(ts *testscript.TestScript, neg bool, args []string) {
	at := slices.Index(args, ":")
	if neg || at < 2 || at == len(args)-1 {
		ts.Fatalf("usage: refuses code program [args…] : --flag=value…")
	}
	for _, arg := range args[at+1:] {
		exits(ts, false, append(slices.Clone(args[:at]), arg))
		flag, value, _ := strings.Cut(arg, "=")
		if want := fmt.Sprintf("ksef: error: flag %s cannot be %q: ", flag, value); !strings.HasPrefix(ts.ReadFile("stderr"), want) {
			ts.Fatalf("%s: did not say %s", arg, want)
		}
	}
}

// shape repeats the standard output of the last command with everything that
// differs from run to run replaced, at the same width.
func shape(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile("stdout")
	for _, r := range []struct{ pattern, with string }{
		{`\d{8}-([A-Z]{2})-[0-9A-F]{10}-[0-9A-F]{10}-[0-9A-F]{2}`, "YYYYMMDD-$1-XXXXXXXXXX-XXXXXXXXXX-XX"},
		{`(\d{10})-\d{8}-[0-9A-F]{12}-[0-9A-F]{2}`, "$1-YYYYMMDD-XXXXXXXXXXXX-XX"},
		{`(\d{10})-IZ\d{6}-[0-9A-F]{12}-[0-9A-F]{2}`, "$1-IZYYYYMM-XXXXXXXXXXXX-XX"},
		{`\b[0-9A-F]{16}\b`, "XXXXXXXXXXXXXXXX"}, // serial numbers
		{`\d{4}-\d\d-\d\d`, "YYYY-MM-DD"},
		{`\d\d:\d\d:\d\d`, "hh:mm:ss"},
		{`\d+ (bytes|bajty|bajtów),`, "N BYTES,"}, // signatures differ in length
		{` +\d+([.,]\d)? m?s(\n|[.])`, " TIME$2"},
		{`\d+ (requests?|żądanie|żądania|żądań),`, "N REQUESTS,"},
	} {
		text = regexp.MustCompile(r.pattern).ReplaceAllString(text, r.with)
	}
	fmt.Fprint(ts.Stdout(), text)
}

// bare checks that a directory is empty.
func bare(ts *testscript.TestScript, _ bool, args []string) {
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	for _, e := range entries {
		ts.Fatalf("%s was left in %s", e.Name(), args[0])
	}
}

// isJSON fails unless the standard output of the last command is one line of
// JSON with the given members.
func isJSON(ts *testscript.TestScript, _ bool, members []string) {
	text := ts.ReadFile("stdout")
	var v map[string]any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		ts.Fatalf("not JSON: %v", err)
	}
	if strings.Count(text, "\n") != 1 {
		ts.Fatalf("not one line")
	}
	for _, m := range members {
		if v[m] == nil || v[m] == "" {
			ts.Fatalf("no %s in %s", m, text)
		}
	}
}
