package archive

import (
	"iter"

	"github.com/ksef-go/ksef/internal/seal"
)

// intake takes documents in and refuses those that may not be packed.
type intake struct {
	docs   iter.Seq2[Document, error]
	opts   Options
	names  names
	packed []Packed
}

// all iterates over the documents, of whose content nothing is known yet. After
// an error it ends.
func (in *intake) all() iter.Seq2[*Document, error] {
	return func(yield func(*Document, error) bool) {
		for doc, err := range in.docs {
			if err = in.check(&doc, err); !yield(&doc, err) || err != nil {
				return
			}
		}
		if len(in.names) == 0 {
			yield(nil, &Error{Fault: NoDocuments, Expected: "at least one"})
		}
	}
}

func (in *intake) check(doc *Document, err error) error {
	if err != nil {
		return &Error{Fault: Unreadable, Name: doc.Name, Err: err}
	}
	if len(in.names) == in.opts.MaxDocuments {
		most := int64(in.opts.MaxDocuments)
		return overLimit(TooManyEntries, doc.Name, most, most+1, "in a package")
	}
	return in.names.add(doc.Name, in.opts.MaxName)
}

// read appends the content of a document to dst.
func (in *intake) read(doc *Document, dst []byte) ([]byte, error) {
	content, err := doc.append(dst, in.opts.MaxDocumentSize)
	if err == nil && in.opts.Digests {
		in.packed = append(in.packed, Packed{doc.Name, seal.DigestOf(content[len(dst):])})
	}
	return content, err
}
