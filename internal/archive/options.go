package archive

import "fmt"

// Options adjust [Pack]. Zero values mean what KSeF allows for a batch by
// default (ksef-docs limity.md, sesja-wsadowa.md); sizes are in bytes.
type Options struct {
	Format Format // TarGz by default: where KSeF takes it, it is the smaller by far

	// Dir is where Pack makes a directory for the parts. It must exist; empty
	// means the system's directory for temporary files. About as much space is
	// needed there as the archive takes.
	Dir string

	PartSize        int64 // size of all parts but the last, before sealing; by default and at most 100,000,000
	MaxParts        int   // 50
	MaxSize         int64 // of the archive before sealing; 5,000,000,000
	MaxDocuments    int   // 10,000
	MaxDocumentSize int64 // 3,000,000, the limit of an invoice with attachments
	MaxName         int   // characters in a name; 128

	// Digests asks for [Package.Documents]. Hashing every document costs about
	// a tenth of the time.
	Digests bool
}

// maxPartSize is the limit that KSeF sets to a part (error 21157).
const maxPartSize = 100_000_000

// withDefaults returns a copy of o in which nothing is zero that has a default.
func (o *Options) withDefaults() (Options, error) {
	out := Options{}
	if o != nil {
		out = *o
	}
	orDefault(&out.Format, TarGz)
	orDefault(&out.PartSize, maxPartSize)
	orDefault(&out.MaxParts, 50)
	orDefault(&out.MaxSize, 5_000_000_000)
	orDefault(&out.MaxDocuments, 10_000)
	orDefault(&out.MaxDocumentSize, 3_000_000)
	orDefault(&out.MaxName, 128)
	if out.Format != Zip && out.Format != TarGz {
		return out, &Error{Fault: BadOption, Expected: "format Zip or TarGz", Found: quote(string(out.Format))}
	}
	if out.PartSize < 1 || out.PartSize > maxPartSize {
		return out, &Error{Fault: BadOption, Expected: fmt.Sprintf("parts of 1 to %d bytes", maxPartSize), Found: fmt.Sprint(out.PartSize)}
	}
	return out, nil
}

func orDefault[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}
