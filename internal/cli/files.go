package cli

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// dash is the name of standard input, or output, where a file is wanted.
const dash = "-"

// path is where the file with a name that somebody gave is. "~/" is the user's
// own directory, also where no shell has seen the name: in a profile.
func (e *env) path(name string) string {
	if rest, ok := strings.CutPrefix(name, "~/"); ok {
		if home, err := e.home(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	if e.dir == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(e.dir, name)
}

// readFile reads a file, or standard input for "-".
func (e *env) readFile(name string) ([]byte, error) {
	if name == dash {
		return io.ReadAll(e.stdin)
	}
	return os.ReadFile(e.path(name))
}

// writeFile writes a file, or to standard output for "-". A file that is there
// already is replaced at once and as a whole.
func (e *env) writeFile(name string, data []byte, mode fs.FileMode) error {
	if name == dash {
		_, err := e.stdout.Write(data)
		return err
	}
	return replaceFile(e.path(name), data, mode)
}

// replaceFile puts data into a file: whoever reads it meanwhile, or after a
// crash, sees what it held before or what it is to hold, and nothing else. Where
// the name is a link, what it leads to is replaced.
func replaceFile(name string, data []byte, mode fs.FileMode) (err error) {
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*") // of mode 0600
	if err != nil {
		return writing(name, err)
	}
	defer func() {
		if err != nil {
			f.Close() // again, perhaps: the first error is the one to tell
			os.Remove(f.Name())
			err = writing(name, err)
		}
	}()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := errors.Join(f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// writing is an error of writing the file of a name, whatever file it was met with:
// nobody knows the temporary ones.
func writing(name string, err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = path.Err
	} else if link, ok := errors.AsType[*os.LinkError](err); ok {
		err = link.Err
	}
	return &fs.PathError{Op: "write", Path: name, Err: err}
}

// newFile is a file of a new name, empty until there is what it is for: what can be had once
// is not asked for before there is a place for it.
type newFile struct {
	*os.File
	filled bool
}

// reserve makes the file. That there is one of its name is [fs.ErrExist].
func (e *env) reserve(name string) (*newFile, error) {
	f, err := os.OpenFile(e.path(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return &newFile{File: f}, nil
}

// fill writes the file, and makes sure that it is still where it was made.
func (f *newFile) fill(data []byte) error {
	if err := f.put(data); err != nil {
		return writing(f.Name(), err)
	}
	f.filled = true
	return nil
}

func (f *newFile) put(data []byte) error {
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	made, err := f.Stat()
	if err != nil {
		return err
	}
	there, err := os.Stat(f.Name())
	if err != nil {
		return err
	}
	if !os.SameFile(made, there) {
		return fs.ErrNotExist
	}
	return nil
}

// close takes the file away again when it was not filled.
func (f *newFile) close() {
	f.Close() // what is in it was written through
	if !f.filled {
		os.Remove(f.Name())
	}
}

// configHome is where programs keep their settings: as ksef2 has it, the XDG
// base directories on every system.
func (e *env) configHome() (string, error) {
	return e.baseDirectory("XDG_CONFIG_HOME", ".config")
}

// stateDir is where the program keeps what it remembers.
func (e *env) stateDir() (string, error) {
	if local := e.get("LOCALAPPDATA"); runtime.GOOS == "windows" && local != "" {
		return filepath.Join(cmp.Or(e.get("XDG_STATE_HOME"), local), "ksef"), nil
	}
	dir, err := e.baseDirectory("XDG_STATE_HOME", filepath.Join(".local", "state"))
	if err != nil {
		return "", &stateError{err}
	}
	return filepath.Join(dir, "ksef"), nil
}

// lockState locks a file of what the program remembers, and makes the directory
// that it is in. An error is a [*stateError].
func lockState(file string) (unlock func(), err error) {
	err = os.MkdirAll(filepath.Dir(file), 0o700)
	if err == nil {
		unlock, err = lockedfile.MutexAt(file).Lock()
	}
	if err != nil {
		return nil, &stateError{err}
	}
	return unlock, nil
}

func (e *env) baseDirectory(variable, under string) (string, error) {
	if dir := e.get(variable); dir != "" {
		return e.path(dir), nil
	}
	home, err := e.home()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, under), nil
}

// directoryOfOut refuses the name that --out gives to a file when the directory that
// it is to be in is not there: before there is something that could be lost.
func (a *app) directoryOfOut(name string) error {
	if name == dash {
		return nil
	}
	dir := filepath.Dir(a.path(name))
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = &fs.PathError{Op: "stat", Path: dir, Err: syscall.ENOTDIR}
	}
	return a.fault("out", name, err)
}

// makeDir makes a directory, and those above it, where it is missing. Invoices are nobody else's business.
func (e *env) makeDir(name string) error {
	if name == dash { // standard output holds one document, and a directory of this name is nobody's wish
		return &fs.PathError{Op: "mkdir", Path: name, Err: syscall.ENOTDIR}
	}
	return os.MkdirAll(e.path(name), 0o700)
}

// makeWritable is makeDir for a directory that files are to be in later: it finds
// out whether they can be.
func (e *env) makeWritable(name string) error {
	if err := e.makeDir(name); err != nil {
		return err
	}
	probe, err := os.CreateTemp(e.path(name), ".ksef-*")
	if err != nil {
		return writing(name, err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}
