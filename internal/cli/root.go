package cli

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"
)

// app is one run of the program: the world and what the global flags say.
type app struct {
	*env
	say   language
	flags globals
	proof proofFlags

	noProfiles bool // do without, because they cannot be read
	elsewhere  bool // it was said that requests go elsewhere than to the environment
}

// run runs one command line in the given world and returns its exit code.
func run(ctx context.Context, e *env) int {
	out := &output{Writer: e.stdout}
	inner := *e
	inner.stdout = out
	a := &app{env: &inner, say: chooseLanguage(e)}

	root := a.newRoot()
	root.SetArgs(append([]string{}, e.args...)) // never nil, which cobra takes for os.Args
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	err := root.ExecuteContext(ctx)
	if err == nil && out.err != nil {
		err = fmt.Errorf("standard output: %w", out.err)
	}
	return a.finish(err)
}

// newRoot builds the tree of commands. It is cheap: a command does its work,
// and makes what it needs, when it runs.
func (a *app) newRoot() *cobra.Command {
	root := a.group("ksef", a.say.rootShort(),
		a.newAuth(),
		a.newProfile(),
		a.newToken(),
		a.newPermission(),
		a.newCert(),
		a.newInvoice(),
		a.newSession(),
		a.newCollective(),
		a.newLimits(),
		a.newPeppol(),
		a.newStatus(),
		a.newTestData(),
		a.newAPI(),
		a.newWhy(),
		a.newDoctor(),
		a.newDemo(),
		a.newSandbox(),
		a.newVersion(),
		a.newCompletion(),
	)
	root.Long = a.say.rootLong()
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpFunc(a.help)
	root.SetHelpCommand(a.newHelp())
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return a.flagError(cmd, err) })

	a.globalFlags(root)
	return root
}

// group is a command that only has others under it. By itself it shows them.
func (a *app) group(use, short string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.ArbitraryArgs, // so that cobra leaves complaining about them to us
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return a.unknownCommand(cmd, args[0])
		},
	}
	cmd.AddCommand(commands...)
	return cmd
}

func (a *app) newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [command…]",
		Short: a.say.helpShort(),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] == environmentTopic {
				a.helpEnvironment()
				return nil
			}
			found, rest, err := cmd.Root().Find(args)
			if len(rest) > 0 {
				return a.unknownCommand(found, rest[0])
			}
			if err != nil {
				return err
			}
			return found.Help()
		},
	}
}

// unknownCommand complains about a name that no command under parent has.
func (a *app) unknownCommand(parent *cobra.Command, name string) error {
	parent.SuggestionsMinimumDistance = 2
	hint := a.say.hintSeeHelp(parent.CommandPath())
	if similar := parent.SuggestionsFor(name); len(similar) > 0 {
		hint = a.say.hintDidYouMean(parent.CommandPath() + " " + strings.Join(similar, ", "))
	}
	return &usageError{a.say.unknownCommand(name, parent.CommandPath()), hint}
}

// noArgs is the Args of commands that take none.
func (a *app) noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return &usageError{a.say.unexpectedArgument(args[0]), a.say.hintSeeHelp(cmd.CommandPath())}
}

// oneArg is the Args of commands that take one; want says what it is.
func (a *app) oneArg(want func() string) cobra.PositionalArgs {
	some := a.someArgs(want)
	return func(cmd *cobra.Command, args []string) error {
		if err := some(cmd, args); err != nil {
			return err
		}
		return a.noArgs(cmd, args[1:])
	}
}

// someArgs is the Args of commands that take one or more; want says of what.
func (a *app) someArgs(want func() string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return &usageError{a.say.missingArgument(want()), a.say.hintSeeHelp(cmd.CommandPath())}
		}
		return nil
	}
}

// atMostOneArg is the Args of commands that take one or none.
func (a *app) atMostOneArg(cmd *cobra.Command, args []string) error {
	return a.noArgs(cmd, args[min(1, len(args)):])
}

// logger writes to standard error in the program's way: what went wrong always,
// the rest when asked to be verbose.
func (a *app) logger() *slog.Logger {
	level := slog.LevelWarn
	if a.flags.verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: level}))
}

// paint colours text for a terminal and leaves it alone elsewhere.
func (a *app) paint(terminal bool, style, text string) string {
	if !terminal || a.get("NO_COLOR") != "" || a.get("TERM") == "dumb" {
		return text
	}
	return style + text + "\x1b[0m"
}

// Styles, in colours that every terminal has on either background.
const (
	bold  = "\x1b[1m"
	dim   = "\x1b[2m"
	red   = "\x1b[31m"
	green = "\x1b[32m"
	cyan  = "\x1b[36m"
)
