package archive

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ksef-go/ksef/internal/seal"
)

// spool cuts an archive into parts, seals each and writes it to a file. The
// archive may be cut anywhere: KSeF joins the parts before it unpacks them.
type spool struct {
	dir   string
	key   seal.Key
	opts  Options
	size  int64
	whole *seal.Meter // from the second part on: before, the part is the whole

	file   *os.File
	sealer *seal.Writer
	room   int64 // left in the open part
	parts  []Part
}

func (s *spool) Write(p []byte) (n int, err error) {
	if s.size += int64(len(p)); s.size > s.opts.MaxSize {
		return 0, &Error{Fault: LargeArchive, Expected: fmt.Sprintf("at most %d bytes; send fewer documents at once", s.opts.MaxSize), Found: "more"}
	}
	for len(p) > 0 {
		if s.room == 0 {
			if err := s.nextPart(); err != nil {
				return n, err
			}
		}
		m := int(min(int64(len(p)), s.room))
		if _, err := s.sealer.Write(p[:m]); err != nil {
			return n, spoolError(err)
		}
		if s.whole != nil {
			s.whole.Add(p[:m])
		}
		s.room -= int64(m)
		p = p[m:]
		n += m
	}
	return n, nil
}

// nextPart ends the open part and opens another.
func (s *spool) nextPart() error {
	if len(s.parts) == 1 {
		s.whole = s.sealer.Meter()
	}
	if err := s.endPart(); err != nil {
		return err
	}
	ordinal := len(s.parts) + 1
	if ordinal > s.opts.MaxParts {
		return &Error{
			Fault: TooManyParts, Found: "more",
			Expected: fmt.Sprintf("at most %d parts of %d bytes; make parts larger, or send fewer documents at once", s.opts.MaxParts, s.opts.PartSize),
		}
	}
	name := partName(ordinal, s.opts.Format)
	file, err := os.OpenFile(filepath.Join(s.dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return spoolError(err)
	}
	s.file, s.sealer, s.room = file, s.key.NewWriter(file), s.opts.PartSize
	s.parts = append(s.parts, Part{Ordinal: ordinal, File: name})
	return nil
}

// partName is the name of a part's file.
func partName(ordinal int, f Format) string { return fmt.Sprintf("%03d%s.aes", ordinal, f.ext()) }

// endPart ends the open part, if there is one.
func (s *spool) endPart() error {
	if s.file == nil {
		return nil
	}
	if err := s.sealer.Close(); err != nil {
		return spoolError(err)
	}
	s.parts[len(s.parts)-1].Digests = s.sealer.Digests()
	err := s.file.Close()
	s.file = nil
	if err != nil {
		return spoolError(err)
	}
	return nil
}

// digest returns that of the archive, after the last part has ended.
func (s *spool) digest() seal.Digest {
	if s.whole == nil {
		return s.parts[0].Plain
	}
	return s.whole.Digest()
}

// abandon removes everything.
func (s *spool) abandon() error {
	var err error
	if s.file != nil {
		err = s.file.Close() // some systems do not remove open files
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

func spoolError(err error) error { return fmt.Errorf("archive: spooling: %w", err) }
