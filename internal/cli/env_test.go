package cli

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// world is an env whose output is kept. Variables are given as "NAME=value".
func world(t *testing.T, variables []string, args ...string) (e *env, stdout, stderr *bytes.Buffer) {
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	return &env{
		args: args,
		lookup: func(name string) (string, bool) {
			for _, v := range variables {
				if value, ok := strings.CutPrefix(v, name+"="); ok {
					return value, true
				}
			}
			return "", false
		},
		now:     time.Now,
		stdin:   strings.NewReader(""),
		stdout:  stdout,
		stderr:  stderr,
		dir:     t.TempDir(),
		home:    func() (string, error) { return filepath.Join(t.TempDir(), "home"), nil },
		tempDir: t.TempDir(),
		listen:  new(net.ListenConfig).Listen,
	}, stdout, stderr
}

// The demonstration on a terminal: marks and colours, lines that fit, and with
// --verbose the requests of each step, but no token, password or key.
func TestDemoOnTerminal(t *testing.T) {
	for _, test := range []struct{ args, variables []string }{
		{[]string{"demo", "--full", "-v"}, nil},
		{[]string{"demo", "--full"}, []string{"LANG=pl_PL.UTF-8"}},
	} {
		e, stdout, stderr := world(t, test.variables, test.args...)
		e.stdoutTTY = true
		if code := run(t.Context(), e); code != exitDone || stderr.Len() > 0 {
			t.Fatalf("%v: exit code %d\n%s", test.args, code, stderr)
		}
		text := stdout.String()
		if !strings.Contains(text, green+"✓") || strings.Contains(text, "✗") || strings.Contains(text, "  ok ") {
			t.Errorf("%v: marks missing or wrong:\n%s", test.args, text)
		}
		listed := strings.Contains(text, "200 GET /auth/sessions") && strings.Contains(text, "202 POST /auth/ksef-token")
		if verbose := slices.Contains(test.args, "-v"); listed != verbose {
			t.Errorf("%v: requests listed %v, want %v", test.args, listed, verbose)
		}
		for _, secret := range []string{"eyJ", "|nip-", "BEGIN"} {
			if strings.Contains(text, secret) {
				t.Errorf("%v: %q shows a secret", test.args, secret)
			}
		}
		for _, style := range []string{bold, dim, green, "\x1b[0m"} {
			text = strings.ReplaceAll(text, style, "")
		}
		for line := range strings.Lines(text) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 100 {
				t.Errorf("%v: %d columns: %s", test.args, n, line)
			}
		}
	}
}

// It is the same where it is another day than in Poland, which it always is in one
// of two places.
func TestDemoFarAway(t *testing.T) {
	for _, hours := range []int{14, -12} {
		e, stdout, stderr := world(t, nil, "demo", "--full")
		e.now = func() time.Time { return time.Now().In(time.FixedZone("", hours*3600)) }
		if code := run(t.Context(), e); code != exitDone {
			t.Errorf("%d hours from Greenwich: exit code %d\n%s%s", hours, code, stdout, stderr)
		}
	}
}

func TestPaint(t *testing.T) {
	for _, test := range []struct {
		terminal  bool
		variables []string
		want      string
	}{
		{true, nil, red + "text\x1b[0m"},
		{false, nil, "text"},
		{true, []string{"NO_COLOR=1"}, "text"},
		{true, []string{"NO_COLOR="}, red + "text\x1b[0m"}, // https://no-color.org: when not empty
		{true, []string{"TERM=dumb"}, "text"},
	} {
		e, _, _ := world(t, test.variables)
		a := &app{env: e}
		if got := a.paint(test.terminal, red, "text"); got != test.want {
			t.Errorf("terminal %v, %v: %q, want %q", test.terminal, test.variables, got, test.want)
		}
	}
}

// Ctrl-C ends the demonstration where it is, says so and leaves nothing behind.
func TestDemoInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e, stdout, stderr := world(t, nil, "demo")
	if code := run(ctx, e); code != exitFailed {
		t.Errorf("exit code %d, want %d", code, exitFailed)
	}
	if stderr.String() != "ksef: error: interrupted\n" {
		t.Errorf("said %q", stderr)
	}
	if n := strings.Count(stdout.String(), "  !! "); n != 1 || strings.Contains(stdout.String(), "  ok ") {
		t.Errorf("%d steps shown as failed, want one and no other:\n%s", n, stdout)
	}
	left, err := os.ReadDir(e.tempDir)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// A full disk is a failure, though every command ignores what writing returns.
func TestFullDisk(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"version", "--json"}, {"help"}, {"completion", "bash"}} {
		e, _, stderr := world(t, nil, args...)
		e.stdout = full{}
		if code := run(t.Context(), e); code != exitFailed || !strings.Contains(stderr.String(), "no space left") {
			t.Errorf("%v: exit code %d, said %q", args, code, stderr)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestChooseLanguage(t *testing.T) {
	for _, test := range []struct {
		variables, args []string
		want            language
	}{
		{nil, nil, english},
		{[]string{"LANG=pl_PL.UTF-8"}, nil, polish},
		{[]string{"LANG=pl"}, nil, polish},
		{[]string{"LANG=de_DE.UTF-8"}, nil, english},
		{[]string{"LANG=pl_PL", "LC_ALL=C"}, nil, english},
		{[]string{"LANG=en_GB", "LC_MESSAGES=pl_PL"}, nil, polish},
		{[]string{"LANG=pl_PL", "LC_ALL="}, nil, polish},
		{[]string{"LANG=pl_PL"}, []string{"--lang", "en"}, english},
		{nil, []string{"demo", "--lang=pl"}, polish},
		{nil, []string{"--lang", "en", "--lang=pl"}, polish},
		{nil, []string{"--", "--lang=pl"}, english},
		{nil, []string{"--lang"}, english},
		{[]string{"LANG=pl_PL"}, []string{"--lang=de"}, polish},
	} {
		e, _, _ := world(t, test.variables, test.args...)
		if got := chooseLanguage(e); got != test.want {
			t.Errorf("%v %v: %v, want %v", test.variables, test.args, got.String(), test.want.String())
		}
	}
}

func TestNumbersInWords(t *testing.T) {
	for n, want := range map[int]string{
		0: "0 sesji", 1: "1 sesja", 2: "2 sesje", 4: "4 sesje", 5: "5 sesji", 11: "11 sesji", 12: "12 sesji",
		14: "14 sesji", 21: "21 sesji", 22: "22 sesje", 112: "112 sesji", 122: "122 sesje",
	} {
		if got := polish.count(n, "", "", "sesja", "sesje", "sesji"); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	if one, two := english.count(1, "page", "pages", "", "", ""), english.count(2, "page", "pages", "", "", ""); one != "1 page" || two != "2 pages" {
		t.Errorf("%q, %q", one, two)
	}
	for d, want := range map[time.Duration][2]string{
		0:                         {"0.0 ms", "0,0 ms"},
		1449 * time.Microsecond:   {"1.4 ms", "1,4 ms"},
		9949 * time.Microsecond:   {"9.9 ms", "9,9 ms"},
		9960 * time.Microsecond:   {"10 ms", "10 ms"},
		999400 * time.Microsecond: {"999 ms", "999 ms"},
		999600 * time.Microsecond: {"1.0 s", "1,0 s"},
		2345 * time.Millisecond:   {"2.3 s", "2,3 s"},
	} {
		if en, pl := english.duration(d), polish.duration(d); en != want[0] || pl != want[1] {
			t.Errorf("%v: %q and %q, want %q", d, en, pl, want)
		}
	}
}
