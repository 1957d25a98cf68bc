package cli

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// env is a command's only door to the world.
type env struct {
	args   []string                    // without the program's name
	lookup func(string) (string, bool) // environment variables
	now    func() time.Time

	stdin                io.Reader
	stdout, stderr       io.Writer
	stdoutTTY, stderrTTY bool // whether it is a terminal that takes escape sequences

	dir     string                 // where relative names of files begin; "" for where the process is
	home    func() (string, error) // the user's own directory
	tempDir string                 // where temporary files go
	keyring keyring                // the system's; nil where there is none

	transport http.RoundTripper // to KSeF; nil for the network
	listen    func(ctx context.Context, network, address string) (net.Listener, error)
}

// Main runs the command of this process and returns its exit code.
func Main() int { return runProcess(process()) }

// runProcess runs a command whose end SIGINT and SIGTERM bring about in an
// orderly way; a second one ends the process.
func runProcess(e *env) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return run(ctx, e)
}

// process is the world of this process.
func process() *env {
	var listener net.ListenConfig
	return &env{
		args:      os.Args[1:],
		lookup:    os.LookupEnv,
		now:       time.Now,
		stdin:     os.Stdin,
		stdout:    os.Stdout,
		stderr:    os.Stderr,
		stdoutTTY: isTerminal(os.Stdout),
		stderrTTY: isTerminal(os.Stderr),
		home:      os.UserHomeDir,
		tempDir:   os.TempDir(),
		keyring:   systemKeyring(os.LookupEnv),
		listen:    listener.Listen,
	}
}

// isTerminal takes other character devices for terminals too, which does no
// harm: nobody reads what goes to /dev/null.
func isTerminal(f *os.File) bool {
	if runtime.GOOS == "windows" && os.Getenv("WT_SESSION") == "" {
		return false // the old console shows escape sequences as they are
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// get returns an environment variable, "" when it is not set.
func (e *env) get(name string) string {
	value, _ := e.lookup(name)
	return value
}

// output remembers the first error of writing, so that a full disk is not taken
// for success and no command need ask after each line.
type output struct {
	io.Writer
	err error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	if err != nil && o.err == nil {
		o.err = err
	}
	return n, err
}
