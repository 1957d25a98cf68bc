package ksef

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"slices"
	"time"

	"github.com/ksef-go/ksef/internal/seal"
)

// Package is an export that was made: an archive of invoices, cut into parts
// that are encrypted one by one and lie in KSeF's storage.
type Package struct {
	Count     int   `json:"invoiceCount"`
	Size      int64 `json:"size"` // bytes of the archive
	Truncated bool  `json:"isTruncated"`

	Compression Compression `json:"compressionType,omitempty"` // "" where KSeF does not say

	// If the package is truncated, one of these is the date that the export
	// went by, of the last invoice in the package: From of the next export,
	// which brings the invoices with that date again.
	LastIssued  Date      `json:"lastIssueDate,omitempty"`
	LastEntered time.Time `json:"lastInvoicingDate,omitzero"`
	LastStored  time.Time `json:"lastPermanentStorageDate,omitzero"`

	// HWM is the high-water mark: of the dates asked for, those up to this one
	// are complete. By Stored only.
	HWM time.Time `json:"permanentStorageHwmDate,omitzero"`

	Parts []PackagePart `json:"parts"`

	export *Export
}

// PackagePart is a part of a package. Its URL is a secret: whoever has it may
// read, though not decrypt.
type PackagePart struct {
	Ordinal    int       `json:"ordinalNumber"` // from 1
	Name       string    `json:"partName"`
	Method     string    `json:"method"`
	URL        string    `json:"url"`
	Size       int64     `json:"partSize"`
	Hash       []byte    `json:"partHash"` // SHA-256
	SealedSize int64     `json:"encryptedPartSize"`
	SealedHash []byte    `json:"encryptedPartHash"`
	Expires    time.Time `json:"expirationDate"`
}

// PackageOptions adjusts the fetching of a package. A nil *PackageOptions means
// the defaults.
type PackageOptions struct {
	// Dir is where the parts are kept, decrypted, while the package is read; ""
	// for the system's temporary directory. They are in a directory of their
	// own, for this user alone, which is removed at the end; in a Dir given it
	// stays after an error or the death of the process, and who then fetches the
	// same package into the same Dir goes on with the parts that are there.
	Dir string

	Parallel int // how many parts are fetched at once; 0 for 4

	// Progress, when set, hears how far fetching is, from several goroutines
	// at once.
	Progress func(PackageProgress)
}

// PackageProgress is how far the fetching of a package is.
type PackageProgress struct {
	Fetched, Bytes int64 // bytes of the package, fetched and in all
}

func (o *PackageOptions) orDefault() PackageOptions {
	var out PackageOptions
	if o != nil {
		out = *o
	}
	if out.Parallel <= 0 {
		out.Parallel = 4
	}
	return out
}

// check puts the parts into order and makes sure that they are described as
// parts can be.
func (p *Package) check() error {
	slices.SortFunc(p.Parts, func(a, b PackagePart) int { return a.Ordinal - b.Ordinal })
	if p.Count < 0 || p.Count > 0 && len(p.Parts) == 0 {
		return fmt.Errorf("%d invoices in %d parts", p.Count, len(p.Parts))
	}
	for i, part := range p.Parts {
		switch {
		case part.Ordinal != i+1:
			return fmt.Errorf("part %d comes as number %d", part.Ordinal, i+1)
		case len(part.Hash) != len(seal.Hash{}) || len(part.SealedHash) != len(seal.Hash{}):
			return fmt.Errorf("part %d: hashes of %d and %d bytes", part.Ordinal, len(part.Hash), len(part.SealedHash))
		case part.Size < 1 || part.SealedSize != seal.PaddedSize(part.Size):
			return fmt.Errorf("part %d: %d bytes become %d when encrypted", part.Ordinal, part.Size, part.SealedSize)
		}
	}
	return nil
}

// want is what the part is checked against.
func (p *PackagePart) want() seal.Want {
	return seal.Want{
		Plain:  &seal.Digest{Hash: seal.Hash(p.Hash), Size: p.Size},
		Sealed: &seal.Digest{Hash: seal.Hash(p.SealedHash), Size: p.SealedSize},
	}
}

// next returns the date at which another export goes on, and whether one is
// needed.
func (p *Package) next(by DateField) (time.Time, bool) {
	switch by {
	case Issued:
		return p.LastIssued.midnight(), p.Truncated
	case Entered:
		return p.LastEntered, p.Truncated
	}
	return p.LastStored, p.Truncated
}

// Documents fetches the package and iterates over its invoices, in the order of
// the archive. Parts are fetched several at once, to disk, and each is decrypted
// and checked, before and after, before a byte of it is read; one that is
// corrupted is fetched again, and so is one whose URL has expired, by another
// URL. Every document has the hash its metadata states, and at the end there
// were as many as KSeF counted. A package of metadata alone yields documents
// without XML.
//
// Anything else is [ErrCorrupt], and condemns what was yielded before: keep it
// for good when the iterator ends without an error. After an error it stops.
// Of a gigabyte it holds a few megabytes in memory, mostly the metadata. Safe to
// repeat until the package expires.
func (p *Package) Documents(ctx context.Context, opts *PackageOptions) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		err := p.read(ctx, opts, func(s *spool) error { return s.documents(ctx, yield) })
		if err != nil && !errors.Is(err, errStopped) {
			yield(Document{}, err)
		}
	}
}

// errStopped says that whoever iterates has had enough.
var errStopped = errors.New("stopped")

// DownloadTo fetches the package like [Package.Documents] and writes the
// archive, a zip or a tar.gz, to w. Every part was checked before it is
// written; the archive itself is not looked into.
func (p *Package) DownloadTo(ctx context.Context, w io.Writer, opts *PackageOptions) error {
	return p.read(ctx, opts, func(s *spool) error {
		if _, err := io.Copy(w, io.NewSectionReader(s, 0, s.size)); err != nil {
			return s.explain(fmt.Errorf("ksef: export %s: %w", p.export.state.ReferenceNumber, err))
		}
		return nil
	})
}

// String tells which package it is.
func (p Package) String() string {
	return fmt.Sprintf("package of %d invoices in %d parts", p.Count, len(p.Parts))
}

// Format implements [fmt.Formatter] without URLs.
func (p Package) Format(f fmt.State, _ rune) { fmt.Fprint(f, p.String()) }

// LogValue implements [slog.LogValuer].
func (p Package) LogValue() slog.Value { return slog.StringValue(p.String()) }

// String tells which part it is.
func (p PackagePart) String() string { return fmt.Sprintf("part %d, %s", p.Ordinal, p.Name) }

// Format implements [fmt.Formatter] without the URL.
func (p PackagePart) Format(f fmt.State, _ rune) { fmt.Fprint(f, p.String()) }

// LogValue implements [slog.LogValuer].
func (p PackagePart) LogValue() slog.Value { return slog.StringValue(p.String()) }
