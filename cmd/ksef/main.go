// Command ksef works with KSeF, Poland's national e-invoicing system, from the
// command line.
package main

import (
	"os"

	"github.com/ksef-go/ksef/internal/cli"
)

func main() { os.Exit(cli.Main()) }
