package cli

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// The help of every command fits into a window of a hundred characters, in both
// languages, and says all that the command knows to say.
func TestHelpFits(t *testing.T) {
	for _, lang := range []language{english, polish} {
		e, stdout, _ := world(t, nil)
		a := &app{env: e, say: lang}
		a.stdout = &output{Writer: stdout}
		root := a.newRoot()
		var visit func(*cobra.Command)
		visit = func(cmd *cobra.Command) {
			stdout.Reset()
			if err := cmd.Help(); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(stdout.String()) {
				if line = strings.TrimSuffix(line, "\n"); utf8.RuneCountInString(line) > helpWidth {
					t.Errorf("%s: %d characters: %s", cmd.CommandPath(), utf8.RuneCountInString(line), line)
				}
			}
			if said := strings.Join(strings.Fields(stdout.String()), " "); !strings.Contains(said, strings.Join(strings.Fields(cmd.Long), " ")) {
				t.Errorf("%s does not say all of %q:\n%s", cmd.CommandPath(), cmd.Long, stdout)
			}
			for _, sub := range cmd.Commands() {
				if sub.IsAvailableCommand() {
					visit(sub)
				}
			}
		}
		visit(root)
	}
}
