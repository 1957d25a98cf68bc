// Command cli writes the reference of the ksef command: docs/cli for readers of
// the repository, docs/man for man(1). Both follow from the commands alone.
package main

import (
	"bytes"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/ksef-go/ksef/internal/cli"
)

// folders are where the pages go, from internal/cli.
var folders = map[string]string{"cli": "../../docs/cli", "man": "../../docs/man"}

func main() {
	log.SetFlags(0)
	log.SetPrefix("gen/cli: ")
	pages, err := reference()
	if err != nil {
		log.Fatal(err)
	}
	for _, kind := range slices.Sorted(maps.Keys(folders)) {
		if err := write(folders[kind], pages[kind]); err != nil {
			log.Fatal(err)
		}
	}
}

// reference returns the pages of each kind by their file names.
func reference() (map[string]map[string][]byte, error) {
	root := cli.Root()
	root.DisableAutoGenTag = true // it tells the day
	pages := map[string]map[string][]byte{"cli": {}, "man": {}}
	// A manual page wants a day. It is that of the first one, so that pages change when commands do.
	header := doc.GenManHeader{Section: "1", Source: "ksef", Manual: "KSeF from the command line", Date: new(time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC))}
	err := walk(root, func(cmd *cobra.Command) error {
		name := strings.ReplaceAll(cmd.CommandPath(), " ", "_")
		var page bytes.Buffer
		if err := doc.GenMarkdown(cmd, &page); err != nil {
			return err
		}
		own := page.Bytes()
		if !cmd.HasParent() {
			own = before(own, "### SEE ALSO\n", environment("### Environment\n\n%s\n", "* `%s`: %s\n"))
		}
		pages["cli"][name+".md"] = tidy(own)

		page.Reset()
		name = strings.ReplaceAll(cmd.CommandPath(), " ", "-")
		head := header
		head.Title = strings.ToUpper(name)
		if err := doc.GenMan(cmd, &head, &page); err != nil {
			return err
		}
		own = page.Bytes()
		if !cmd.HasParent() {
			own = before(own, ".SH SEE ALSO\n", environment(".SH ENVIRONMENT\n%s", ".PP\n\\fB%s\\fP\n\t%s\n"))
		}
		pages["man"][name+".1"] = tidy(own)
		return nil
	})
	return pages, err
}

// environment is the section about variables: its heading with what is said of all,
// and an entry for each.
func environment(heading, entry string) string {
	var b strings.Builder
	fmt.Fprintf(&b, heading, cli.EnvironmentRules()+"\n")
	for _, v := range cli.Environment() {
		fmt.Fprintf(&b, entry, v.Name, v.Meaning)
	}
	return b.String() + "\n"
}

// before puts a section before the heading of another.
func before(page []byte, heading, section string) []byte {
	return bytes.Replace(page, []byte(heading), []byte(section+heading), 1)
}

// walk visits a command and those under it that people can call.
func walk(cmd *cobra.Command, visit func(*cobra.Command) error) error {
	if err := visit(cmd); err != nil {
		return err
	}
	for _, sub := range cmd.Commands() {
		if !sub.IsAvailableCommand() || sub.IsAdditionalHelpTopicCommand() {
			continue
		}
		if err := walk(sub, visit); err != nil {
			return err
		}
	}
	return nil
}

// tidy takes away blanks at the ends of lines, and empty lines at the end.
func tidy(page []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(page) {
		out.Write(bytes.TrimRight(line, " \t\r\n"))
		out.WriteByte('\n')
	}
	return append(bytes.TrimRight(out.Bytes(), "\n"), '\n')
}

// write makes a folder hold these pages and no others.
func write(dir string, pages map[string][]byte) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, page := range pages {
		if err := os.WriteFile(filepath.Join(dir, name), page, 0o644); err != nil {
			return err
		}
	}
	return nil
}
