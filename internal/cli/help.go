package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// help writes what a command is for: cobra's own pages speak English only.
func (a *app) help(cmd *cobra.Command, _ []string) {
	text := cmd.Long
	if text == "" {
		text = cmd.Short + "."
	}
	fmt.Fprintln(a.stdout, strings.TrimSpace(text))

	a.heading(a.say.usageHeading())
	if !cmd.HasAvailableSubCommands() {
		fmt.Fprintf(a.stdout, "  %s %s %s\n", cmd.Parent().CommandPath(), cmd.Use, a.say.flagsPlaceholder())
	} else {
		fmt.Fprintf(a.stdout, "  %s %s\n", cmd.CommandPath(), a.say.commandPlaceholder())
		a.heading(a.say.commandsHeading())
		a.columns(func(row func(left, right string)) {
			for _, sub := range cmd.Commands() {
				if sub.IsAvailableCommand() || sub.Name() == "help" {
					row(sub.Name(), sub.Short)
				}
			}
		})
	}
	plain := func(f *pflag.Flag) bool { return f.Annotations[annotation] == nil }
	a.flagsHelp(a.say.flagsHeading(), cmd.NonInheritedFlags(), plain)
	a.flagsHelp(a.say.proofFlagsHeading(), cmd.Flags(), func(f *pflag.Flag) bool { return !plain(f) })
	a.flagsHelp(a.say.globalFlagsHeading(), cmd.InheritedFlags(), plain)
	if cmd.Example != "" {
		a.heading(a.say.examplesHeading())
		fmt.Fprintln(a.stdout, cmd.Example)
	}
}

// heading begins a part of a page.
func (a *app) heading(text string) {
	fmt.Fprintf(a.stdout, "\n%s\n", a.paint(a.stdoutTTY, bold, text))
}

// columns writes rows of two columns, the second aligned.
func (a *app) columns(fill func(row func(left, right string))) {
	w := tabwriter.NewWriter(a.stdout, 0, 0, 3, ' ', 0)
	fill(func(left, right string) { fmt.Fprintf(w, "  %s\t%s\n", left, right) })
	_ = w.Flush() // a.stdout remembers the error
}

// flagsHelp lists the wanted flags under a heading, if there are any. The help flag is
// cobra's, in English, and known to who reads this.
func (a *app) flagsHelp(title string, flags *pflag.FlagSet, wanted func(*pflag.Flag) bool) {
	var listed []*pflag.Flag
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" && wanted(f) {
			listed = append(listed, f)
		}
	})
	if len(listed) == 0 {
		return
	}
	a.heading(title)
	a.columns(func(row func(left, right string)) {
		for _, f := range listed {
			row(a.flagHelp(f))
		}
	})
}

// flagHelp describes one flag: "-v, --verbose", "--listen address".
func (a *app) flagHelp(f *pflag.Flag) (left, right string) {
	value, usage := pflag.UnquoteUsage(f)
	left = "    --" + f.Name
	if f.Shorthand != "" {
		left = "-" + f.Shorthand + ", --" + f.Name
	}
	if f.Value.Type() != "bool" {
		left += " " + value
	}
	switch f.DefValue {
	case "", "0", "false", "0s", "[]":
	default:
		usage += " " + a.say.defaultValue(f.DefValue)
	}
	return left, usage
}
