package cli

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
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

// What stands for a value is a word as dictionaries have it, and not as a sentence bends it.
func TestPlaceholders(t *testing.T) {
	known := strings.Fields("NIP NIP=opis URL adres chwila czas czyje część data dzień forma formularz grupa=10/30/120 imię język " +
		"katalog kod kraj kwota liczba miejsce nazwa nazwisko numer operacja opis plik pliki powód rodzaj rola rozmiar skrót słowa " +
		"stan status tekst treść tryb typ uprawnienia uprawnienie waluta wiersz yes zmienna środowisko")
	e, _, _ := world(t, nil)
	a := &app{env: e, say: polish}
	seen := 0
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			name, _ := pflag.UnquoteUsage(f)
			if seen++; name != "" && !slices.Contains(known, name) {
				t.Errorf("%s --%s %s: is it a nominative? Then it is known from now on", cmd.CommandPath(), f.Name, name)
			}
		})
		for _, child := range cmd.Commands() {
			walk(child)
		}
	}
	walk(a.newRoot())
	if seen < 300 {
		t.Errorf("%d flags seen", seen)
	}
}
