package mirror

import (
	"os"

	"golang.org/x/sys/unix"
)

// writers is how many files are written at a time: one, since those who make
// files in a directory wait for one another.
const writers = 1

// finish ends the writing of a file. It is not on stable storage before
// stabilize.
func finish(f *os.File) error { return f.Close() }

// stabilize brings all that was written on the file system of a directory to
// stable storage, in one go: to wait for thousands of files one by one takes
// many times as long as their bytes do. It fails if writing any of them back
// failed (syncfs(2), Linux 5.8 and later).
func stabilize(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return os.NewSyscallError("syncfs", unix.Syncfs(int(d.Fd())))
}
