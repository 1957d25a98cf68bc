package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// help writes what a command is for: cobra's own pages speak English only.
func (a *app) help(cmd *cobra.Command, _ []string) {
	text, separate := cmd.Long, false
	if text == "" {
		text = cmd.Short + "."
	}
	for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		if separate {
			fmt.Fprintln(a.stdout)
		}
		fmt.Fprintln(a.stdout, fitted(paragraph))
		separate = true
	}

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
	width := 0
	for _, f := range listed {
		left, _ := a.flagHelp(f)
		width = max(width, utf8.RuneCountInString(left))
	}
	a.columns(func(row func(left, right string)) {
		for _, f := range listed {
			left, right := a.flagHelp(f)
			for _, line := range folded(right, helpWidth-len("  ")-width-len("   ")) {
				row(left, line)
				left = ""
			}
		}
	})
}

// helpWidth is how many characters a line of help has at most.
const helpWidth = 100

// fitted is a paragraph with its lines as they are, or broken anew when one is too long.
func fitted(paragraph string) string {
	for line := range strings.SplitSeq(paragraph, "\n") {
		if utf8.RuneCountInString(line) > helpWidth {
			return strings.Join(folded(paragraph, helpWidth), "\n")
		}
	}
	return paragraph
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
