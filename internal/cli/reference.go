package cli

import (
	"time"

	"github.com/spf13/cobra"
)

//go:generate go run ../gen/cli

// Root returns the tree of commands, in English, to be written about: it does
// nothing. The generator of docs/cli and docs/man reads it.
func Root() *cobra.Command {
	nowhere := &env{
		lookup: func(string) (string, bool) { return "", false },
		now:    time.Now,
		home:   func() (string, error) { return "", nil },
	}
	return (&app{env: nowhere}).newRoot()
}
