package cli

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// covering is the Setup of scripts whose command lines are counted. When all of
// them have run, and none has failed, the coverage is judged.
func covering(t *testing.T, p testscript.Params) func(*testscript.Env) error {
	scripts, err := filepath.Glob(filepath.Join(p.Dir, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var begun atomic.Int64
	t.Cleanup(func() {
		if int(begun.Load()) == len(scripts) && runtime.GOOS != "windows" && !t.Failed() {
			newCoverage(readRuns(t, dir)).judge(t)
		}
	})
	return func(e *testscript.Env) error {
		e.Setenv(runsVariable, dir)
		begun.Add(1)
		return p.Setup(e)
	}
}

// Of a value that is refused: the flag, the value and what is right.
var (
	refusedFlag   = regexp.MustCompile(`^ksef: error: flag --([a-z0-9-]+) cannot be ("(?:[^"\\]|\\.)*"): (.+)\n`)
	refusedPolish = regexp.MustCompile(`^ksef: błąd: opcja --([a-z0-9-]+) nie może mieć wartości ("(?:[^"\\]|\\.)*"): (.+)\n`)
)

// helps is how a message or its hint says what is right, or what the system says
// about a file.
var helps = regexp.MustCompile(`\bwant |\bsuch as |from 1 to |see ksef |begins one|wrong check digit|wrong checksum|no tax office|no such file|not a directory|is not set|no such profile|no country|two columns|is this the right file`)

// stillEnglish finds English words in what is said in Polish, beside quotations.
var stillEnglish = regexp.MustCompile(`\b(want|wants|wrong|is|are|not|must|cannot|the|of|digits?|found|got|unknown|invalid|missing|only|one)\b`)

var quotation = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|--[a-z0-9-]+`)

// commandFlag is a flag of a command, or one that commands share.
type commandFlag struct{ command, flag string }

func (f commandFlag) String() string { return strings.TrimSpace(f.command + " --" + f.flag) }

// coverage is what the scripts have shown of the commands.
type coverage struct {
	codes                             map[int]int
	done, refused, wroteJSON, badArgs map[string]int // by commands
	used, bad                         map[commandFlag]int
	faults                            []string
}

func newCoverage(runs []*ran) *coverage {
	c := &coverage{
		codes: map[int]int{},
		done:  map[string]int{}, refused: map[string]int{}, wroteJSON: map[string]int{}, badArgs: map[string]int{},
		used: map[commandFlag]int{}, bad: map[commandFlag]int{},
	}
	for _, r := range runs {
		c.add(r)
	}
	return c
}

func (c *coverage) fault(r *ran, what string) {
	c.faults = append(c.faults, fmt.Sprintf("ksef %s: %s", strings.Join(r.Args, " "), what))
}

// add counts what one command line has shown.
func (c *coverage) add(r *ran) {
	c.codes[r.Code]++
	c.inPolish(r)
	cmd, rest, err := Root().Find(r.Args)
	if err != nil || cmd.HasSubCommands() || slices.Contains(rest, "--help") {
		return
	}
	parsed := cmd.ParseFlags(rest) // of what is refused, up to there
	name := cmd.CommandPath()
	switch r.Code {
	case exitDone:
		c.done[name]++
		cmd.Flags().Visit(func(f *pflag.Flag) { c.used[flagOf(cmd, f.Name)]++ })
		if json := cmd.Flags().Lookup("json"); json != nil && json.Changed {
			if !r.JSON && notJSON[name] == "" {
				c.fault(r, "wrote no JSON")
			}
			c.wroteJSON[name]++
		}
	case exitUsage:
		c.refused[name]++
	}
	if found := refusedFlag.FindStringSubmatch(r.Said); found != nil {
		given := func(arg string) bool { return arg == "--"+found[1] || strings.HasPrefix(arg, "--"+found[1]+"=") }
		switch {
		case !slices.ContainsFunc(r.Args, given):
			c.fault(r, "names a flag that was not given: --"+found[1])
		case !helps.MatchString(found[3]):
			c.fault(r, "does not say what is right: "+found[3])
		}
		c.bad[flagOf(cmd, found[1])]++
		return
	}
	line, _, _ := strings.Cut(r.Said, "\n")
	named := func(arg string) bool {
		return strings.Contains(line, strconv.Quote(arg)) || len(arg) > 3 && strings.Contains(line, arg)
	}
	if parsed == nil && (r.Code == exitFailed || r.Code == exitUsage) && helps.MatchString(r.Said) && slices.ContainsFunc(cmd.Flags().Args(), named) {
		c.badArgs[name]++
	}
}

// inPolish checks what was said of a refusal in Polish.
func (c *coverage) inPolish(r *ran) {
	if r.Polish == nil {
		return
	}
	line, _, _ := strings.Cut(r.Polish.Said, "\n")
	for said := range strings.Lines(r.Polish.Said) { // behind what was noted on the way
		if strings.HasPrefix(said, "ksef: błąd: ") {
			line = strings.TrimSuffix(said, "\n")
			break
		}
	}
	plain := quotation.ReplaceAllString(line, "…")
	switch {
	case r.Polish.Code != r.Code:
		c.fault(r, fmt.Sprintf("in Polish ends with %d", r.Polish.Code))
	case !strings.HasPrefix(line, "ksef: błąd: "), stillEnglish.MatchString(plain):
		c.fault(r, "in Polish says: "+line)
	case refusedFlag.MatchString(r.Said) != refusedPolish.MatchString(r.Polish.Said):
		c.fault(r, "names the flag in one language only: "+line)
	}
}

// flagOf tells of which command a flag is its own.
func flagOf(cmd *cobra.Command, name string) commandFlag {
	if cmd.LocalNonPersistentFlags().Lookup(name) != nil {
		return commandFlag{cmd.CommandPath(), name}
	}
	return commandFlag{"", name}
}

// judge compares what was shown with all that there is.
func (c *coverage) judge(t *testing.T) {
	slices.Sort(c.faults)
	for _, f := range slices.Compact(c.faults) {
		t.Error(f)
	}
	for _, code := range []int{exitDone, exitFailed, exitUsage, exitUnauthenticated, exitRejected, exitPending} {
		if c.codes[code] == 0 {
			t.Errorf("no script ends with %d", code)
		}
	}
	if len(c.codes) != 6 {
		t.Errorf("exit codes: %v", c.codes)
	}
	commands, args, all := model()
	for _, name := range commands {
		for _, one := range []struct {
			in   map[string]int
			want string
		}{{c.done, "runs"}, {c.refused, "refuses"}, {c.wroteJSON, "asks for JSON of"}} {
			if one.in[name] == 0 && (one.want != "asks for JSON of" || notJSON[name] == "") {
				t.Errorf("no script %s %s", one.want, name)
			}
		}
	}
	for _, name := range args {
		if c.badArgs[name] == 0 && anyArgument[name] == "" {
			t.Errorf("no script gives %s a bad argument", name)
		}
	}
	refusable := 0
	for _, f := range slices.SortedFunc(maps.Keys(all), func(a, b commandFlag) int { return cmp.Compare(a.String(), b.String()) }) {
		if c.used[f] == 0 {
			t.Errorf("no script uses %s", f)
		}
		if all[f] == "bool" || anyValue[f.String()] != "" {
			continue
		}
		if refusable++; c.bad[f] == 0 {
			t.Errorf("no script gives %s a bad value", f)
		}
	}
	for _, known := range []map[string]string{notJSON, anyArgument, anyValue} {
		for name := range known {
			if command, flag, ok := strings.Cut(name, "--"); ok && all[commandFlag{strings.TrimSpace(command), flag}] == "" ||
				!ok && !slices.Contains(commands, name) {
				t.Errorf("%s is not there any more", name)
			}
		}
	}
	t.Logf("%d commands, %d of them with arguments; %d flags, %d of which have values to refuse; command lines by exit code: %v",
		len(commands), len(args), len(all), refusable, c.codes)
}

// model is all there is: commands, those of them that take arguments, and the
// flags with their types.
func model() (commands, args []string, flags map[commandFlag]string) {
	flags = map[commandFlag]string{}
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" {
				flags[flagOf(cmd, f.Name)] = f.Value.Type()
			}
		})
		cmd.PersistentFlags().VisitAll(func(f *pflag.Flag) { flags[commandFlag{"", f.Name}] = f.Value.Type() })
		if !cmd.HasSubCommands() {
			commands = append(commands, cmd.CommandPath())
			if strings.Contains(cmd.Use, " ") {
				args = append(args, cmd.CommandPath())
			}
		}
		for _, sub := range cmd.Commands() {
			if sub.IsAvailableCommand() {
				visit(sub)
			}
		}
	}
	visit(Root())
	return commands, args, flags
}

// What need not be shown, and why.
var (
	notJSON = map[string]string{
		"ksef completion": "a script for a shell",
	}
	anyArgument = map[string]string{
		"ksef cert enroll":    "KSeF judges the names of certificates",
		"ksef profile create": "a profile can have any name",
	}
	anyValue = map[string]string{
		"ksef cert list --name":       "part of a name",
		"ksef sandbox fault --body":   "any text",
		"ksef sandbox fault --detail": "any text",
	}
)
