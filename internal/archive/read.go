package archive

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// Limits bound what reading an archive may cost. Zero values mean the
// defaults, which no package that KSeF accepts or makes reaches.
type Limits struct {
	Entries   int   // 100,000
	EntrySize int64 // bytes of one entry, unpacked; 64 MiB
	TotalSize int64 // bytes of all entries, unpacked, in a tar with its headers; 50,000,000,000

	// Ratio is how many times larger than the archive its content may be, an
	// allowance of 1 MiB aside: 1,000. Deflate reaches 1,032 for nothing but
	// zeros, and about a hundred for invoices that are all the same.
	Ratio int64
}

// maxReadName bounds names when reading. That KSeF echoes no more than 128
// characters is for the caller to judge.
const maxReadName = 1024

// ratioAllowance spares small archives the ratio: no harm is in them.
const ratioAllowance = 1 << 20

func (l *Limits) withDefaults() Limits {
	out := Limits{}
	if l != nil {
		out = *l
	}
	orDefault(&out.Entries, 100_000)
	orDefault(&out.EntrySize, 64<<20)
	orDefault(&out.TotalSize, 50_000_000_000)
	orDefault(&out.Ratio, 1000)
	return out
}

// Entry is a file in an archive. It is an [io.Reader] of the content, to be
// used before the iterator goes on. What it returns is checked at the end:
// do not believe it before [io.EOF].
type Entry struct {
	Name string // a path with slashes that stays inside the archive
	Size int64  // bytes, as the archive declares; the content has exactly as many
	body io.Reader
}

// Read reads the content. Instead of [io.EOF] it returns an [*Error] if the
// content is not what the archive declares.
func (e *Entry) Read(p []byte) (int, error) { return e.body.Read(p) }

// Detect tells the format of an archive by its first bytes. It fails with
// [NotArchive], or with the error of r.
func Detect(r io.ReaderAt) (Format, error) {
	var magic [4]byte
	n, err := r.ReadAt(magic[:], 0)
	if err != nil && err != io.EOF {
		return "", readError(err)
	}
	switch start := string(magic[:n]); {
	case start == localMagic, start == endMagic: // an empty zip is its end
		return Zip, nil
	case strings.HasPrefix(start, "\x1f\x8b"):
		return TarGz, nil
	default:
		return "", &Error{Fault: NotArchive, Expected: "the start of a zip or of a gzip", Found: fmt.Sprintf("%q", start)}
	}
}

// Entries iterates over the files in an archive of size bytes, zip or tar.gz,
// in the order in which they are stored; directories are passed over. After an
// error, which is an [*Error] unless reading r failed, it ends: the archive is
// not to be trusted, entries already seen included. Names are checked like
// those of [Pack], but for a leading ./ that tar likes to write. The content of
// an entry that is not read is not checked.
func Entries(r io.ReaderAt, size int64, limits *Limits) iter.Seq2[*Entry, error] {
	return func(yield func(*Entry, error) bool) {
		whole := io.NewSectionReader(r, 0, size)
		switch format, err := Detect(whole); {
		case err != nil:
			yield(nil, err)
		case format == Zip:
			zipEntries(r, size, limits)(yield)
		default:
			TarGzEntries(whole, limits)(yield)
		}
	}
}

// errStopped says that whoever iterates has had enough.
var errStopped = errors.New("stopped")

// gate lets entries in by what the archive declares of them.
type gate struct {
	Limits
	names names
	total int64
}

func newGate(limits *Limits) gate { return gate{limits.withDefaults(), names{}, 0} }

// admit returns the name of an entry without a leading ./, or an error.
func (g *gate) admit(name string, size int64) (string, error) {
	name = strings.TrimPrefix(name, "./")
	if len(g.names) == g.Entries {
		return "", overLimit(TooManyEntries, name, int64(g.Entries), int64(g.Entries)+1, "in an archive")
	}
	if err := g.names.add(name, maxReadName); err != nil {
		return "", err
	}
	if size > g.EntrySize {
		return "", overLimit(LargeEntry, name, g.EntrySize, size, "bytes")
	}
	if g.total += size; g.total > g.TotalSize {
		return "", overLimit(LargeArchive, name, g.TotalSize, g.total, "bytes unpacked")
	}
	return name, nil
}

// passDirectory checks a directory, which is not worth an entry.
func (g *gate) passDirectory(name string, size int64) error {
	if size != 0 {
		return &Error{Fault: Malformed, Name: name, Expected: "a directory without content", Found: fmt.Sprintf("%d bytes", size)}
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "./"), "/")
	if name == "" || name == "." {
		return nil
	}
	return checkName(name, maxReadName)
}

// checkRatio judges how much comes out of how little.
func (g *gate) checkRatio(name string, packed, unpacked int64) error {
	if unpacked-ratioAllowance <= g.Ratio*packed {
		return nil
	}
	return &Error{
		Fault: Bomb, Name: name, Expected: fmt.Sprintf("at most %d times as much as is packed", g.Ratio),
		Found: fmt.Sprintf("%d bytes from %d", unpacked, packed),
	}
}

// source is what is read, and remembers how much and why it stopped. Decoders
// hide the errors of their sources among their own.
type source struct {
	r   io.Reader
	n   int64
	err error // other than io.EOF
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.n += int64(n)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// explain turns what a decoder of s said into an Error.
func (s *source) explain(name string, err error) error {
	var own *Error
	switch {
	case err == nil || err == io.EOF || errors.As(err, &own):
		return err
	case s.err != nil:
		return s.err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &Error{Fault: Truncated, Name: name}
	case errors.Is(err, gzip.ErrChecksum):
		return &Error{Fault: Checksum, Name: name}
	default:
		return &Error{Fault: Malformed, Name: name, Err: err}
	}
}
