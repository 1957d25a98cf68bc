//go:build !linux

package mirror

import (
	"errors"
	"os"
	"runtime"
)

// writers is how many files are written at a time, each of which waits for
// stable storage.
const writers = 16

// finish ends the writing of a file, which is then on stable storage.
func finish(f *os.File) error { return errors.Join(f.Sync(), f.Close()) }

// stabilize brings the names in a directory to stable storage. Where
// directories cannot be told to, the file system does it in order.
func stabilize(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
