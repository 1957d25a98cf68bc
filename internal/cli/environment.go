package cli

import (
	"fmt"
	"unicode/utf8"
)

// Variable is an environment variable that commands heed.
type Variable struct{ Name, Meaning string }

// Environment returns the variables in English, to be written about, as [Root] does
// the commands.
func Environment() []Variable { return english.variables() }

// EnvironmentRules says which of variables, flags and profile counts.
func EnvironmentRules() string { return english.environmentLong() }

// environmentTopic is what ksef help explains beside commands.
const environmentTopic = "environment"

// helpEnvironment writes what variables there are.
func (a *app) helpEnvironment() {
	fmt.Fprintln(a.stdout, fitted(a.say.environmentLong()))
	a.heading(a.say.environmentHeading())
	width := 0
	for _, v := range a.say.variables() {
		width = max(width, utf8.RuneCountInString(v.Name))
	}
	a.columns(func(row func(left, right string)) {
		for _, v := range a.say.variables() {
			left := v.Name
			for _, line := range folded(v.Meaning, helpWidth-len("  ")-width-len("   ")) {
				row(left, line)
				left = ""
			}
		}
	})
}
