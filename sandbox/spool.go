package sandbox

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

// spoolMemory is how much of a spool stays in memory.
const spoolMemory = 1 << 20

// spool holds bytes, many of them on disk. Where the system can, the file has no name there, and is gone when
// the process is.
type spool struct {
	memory []byte
	file   *os.File // once there are more than spoolMemory
	named  string   // the file's name, if it still has one
	size   int64
}

// Write implements [io.Writer].
func (p *spool) Write(b []byte) (int, error) {
	if p.file == nil && p.size+int64(len(b)) <= spoolMemory {
		p.memory = append(p.memory, b...)
		p.size += int64(len(b))
		return len(b), nil
	}
	if p.file == nil {
		if err := p.toDisk(); err != nil {
			return 0, err
		}
	}
	n, err := p.file.Write(b)
	p.size += int64(n)
	return n, err
}

func (p *spool) toDisk() error {
	f, err := os.CreateTemp("", "ksef-sandbox-*")
	if err != nil {
		return fmt.Errorf("sandbox: a package's place on disk: %w", err)
	}
	p.file = f
	if os.Remove(f.Name()) != nil { // Windows keeps the names of open files
		p.named = f.Name()
	}
	_, err = f.Write(p.memory)
	p.memory = nil
	return err
}

// reader returns a reader of the content.
func (p *spool) reader() *io.SectionReader {
	if p.file != nil {
		return io.NewSectionReader(p.file, 0, p.size)
	}
	return io.NewSectionReader(bytes.NewReader(p.memory), 0, p.size)
}

// discard frees what the content takes.
func (p *spool) discard() {
	if p.file != nil {
		p.file.Close()
		if p.named != "" {
			os.Remove(p.named) // what remains is a temporary file
		}
	}
	*p = spool{}
}
