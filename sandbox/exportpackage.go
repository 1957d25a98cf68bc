package sandbox

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/json"
	"iter"
	"math"
	"os"
	"path/filepath"

	"github.com/ksef-go/ksef/internal/archive"
	"github.com/ksef-go/ksef/internal/seal"
)

// What a package may be at most; [Options] can make it less.
const (
	maxExportPart = 50_000_000    // bytes before encryption
	maxExportSize = 1_000_000_000 // bytes of compressed invoices
)

// metadataFile is the file that tells of the others in a package.
const metadataFile = "_metadata.json"

// packing is what a package is to be.
type packing struct {
	search
	key          seal.Key
	format       archive.Format
	onlyMetadata bool
}

// exportPackage is a package that was made.
type exportPackage struct {
	reference string
	format    archive.Format
	date      dateType
	count     int
	size      int64 // of the archive
	parts     []exportPart
	truncated bool
	last      *record
	mark      timestamp
}

// exportPart is a part of a package, sealed.
type exportPart struct {
	seal.Digests
	content spool
}

// discard frees what the parts take. There may be no package.
func (p *exportPackage) discard() {
	if p == nil {
		return
	}
	for i := range p.parts {
		p.parts[i].content.discard()
	}
	p.parts = nil
}

// pack makes a package. It takes none of the server's locks for longer than finding the invoices takes.
func (s *Server) pack(c *call, reference string, order packing) (*exportPackage, status) {
	p := &exportPackage{reference: reference, format: order.format, date: order.date}
	if order.date == byStorage {
		mark, ok := order.underMark(s.highWaterMark(c.now))
		if !ok {
			return nil, exportTooEarly
		}
		p.mark = mark
	}
	found := s.register().page(&order.search, c.by.session.context, c.now, false, 0, maxFound)
	records := found.records
	if !order.onlyMetadata {
		records = fitting(records, or64(s.opts.ExportSize, maxExportSize))
	}
	p.count, p.truncated = len(records), found.truncated || len(records) < len(found.records)
	if p.count == 0 {
		return p, status{} // nothing to download
	}
	p.last = records[p.count-1]
	// Whoever asked may go; the package is made all the same.
	if err := p.seal(context.WithoutCancel(c.r.Context()), order, records, or64(s.opts.ExportPartSize, maxExportPart)); err != nil {
		p.discard()
		return nil, status{500, "Nieznany błąd (500)", []string{err.Error()}}
	}
	return p, status{}
}

// or64 is n, unless it is not set or more than most.
func or64(n, most int64) int64 {
	if n <= 0 || n > most {
		return most
	}
	return n
}

// seal packs and encrypts the parts.
func (p *exportPackage) seal(ctx context.Context, order packing, records []*record, partSize int64) error {
	packed, err := archive.Pack(ctx, order.key, order.documents(records), &archive.Options{
		Format: order.format, PartSize: partSize, MaxParts: math.MaxInt32, MaxDocuments: maxFound + 1, MaxDocumentSize: math.MaxInt32,
	})
	if err != nil {
		return err
	}
	p.size = packed.Archive.Size
	for _, part := range packed.Parts {
		p.parts = append(p.parts, exportPart{Digests: part.Digests})
		content := &p.parts[len(p.parts)-1].content
		if err := content.adopt(filepath.Join(packed.Dir, part.File)); err != nil {
			return err
		}
	}
	_ = packed.Remove() // where open files keep their names they keep their directory, too
	return nil
}

// documents are the files of a package.
func (o *packing) documents(records []*record) iter.Seq2[archive.Document, error] {
	return func(yield func(archive.Document, error) bool) {
		for _, r := range records {
			if !o.onlyMetadata && !yield(archive.Document{Name: r.KSeFNumber + ".xml", Content: r.document}, nil) {
				return
			}
		}
		var b bytes.Buffer
		b.WriteString(`{"invoices":[`)
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		for i, r := range records {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := e.Encode(&r.metadata); err != nil {
				yield(archive.Document{}, err)
				return
			}
		}
		b.WriteString("]}")
		yield(archive.Document{Name: metadataFile, Content: b.Bytes()}, nil)
	}
}

// fitting are as many of the first invoices as have no more than most bytes when they are compressed, but one
// at least. They are compressed only if they could be too many.
func fitting(records []*record, most int64) []*record {
	var plain int64
	for _, r := range records {
		plain += int64(len(r.document))
	}
	if plain <= most {
		return records
	}
	var size meter
	w, err := flate.NewWriter(&size, flate.DefaultCompression)
	if err != nil {
		panic(err) // cannot happen: the level is one
	}
	for i, r := range records {
		w.Reset(&size)
		_, _ = w.Write(r.document) // neither fails: the meter takes everything
		w.Close()
		if int64(size) > most && i > 0 {
			return records[:i]
		}
	}
	return records
}

// meter counts what is written to it.
type meter int64

func (m *meter) Write(b []byte) (int, error) {
	*m += meter(len(b))
	return len(b), nil
}

// adopt makes a file the content of the spool, which is empty.
func (p *spool) adopt(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return err
	}
	p.file, p.size = f, info.Size()
	if os.Remove(name) != nil {
		p.named = name
	}
	return nil
}
