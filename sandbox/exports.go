package sandbox

import (
	"fmt"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/archive"
	"github.com/ksef-go/ksef/internal/seal"
)

// What an export may be, and how long it is kept (ksef-docs pobieranie-faktur; the life of a package is made up).
const (
	maxRunningExports = 10
	exportLife        = 24 * time.Hour // of the package, once it is there
	exportURLLife     = time.Hour
	exportMemory      = 7 * 24 * time.Hour // of its status
)

// export is a package of invoices that somebody asked for.
type export struct {
	reference string
	by        *session
	asked     time.Time
	work      work
	packed    bool      // whether pack or failure is known, whatever is told yet
	completed time.Time // zero until somebody was told that it is done
	failure   status    // zero for a good one
	pack      *exportPackage
}

// How far exports are.
var (
	exporting      = status{100, "Eksport faktur w toku", nil}
	exported       = status{200, "Eksport faktur zakończony sukcesem", nil}
	exportExpired  = status{210, "Eksport faktur wygasł i nie jest już dostępny do pobrania", nil}
	exportNoKey    = status{415, "Błąd odszyfrowania dostarczonego klucza", nil}
	exportTooEarly = status{420, "Zakres filtrowania wykracza poza dostępny zakres danych", []string{beyondMark}}
)

// running reports whether the export counts among those that are under way.
func (e *export) running(now time.Time) bool {
	return e.completed.IsZero() && !(e.packed && e.work.done(now))
}

// look notes that somebody asks.
func (e *export) look(now time.Time) {
	done := e.work.done(now)
	e.work.look()
	if done && e.packed && e.completed.IsZero() {
		e.completed = now
		if e.work.due.Before(now) {
			e.completed = e.work.due
		}
	}
}

func (e *export) expires() time.Time { return e.completed.Add(exportLife) }

// status is how far the export is.
func (e *export) status(now time.Time) status {
	switch {
	case e.completed.IsZero():
		return exporting
	case e.failure.Code != 0:
		return e.failure
	case !now.Before(e.expires()):
		return exportExpired
	}
	return exported
}

// startExport answers POST /invoices/exports. The package is made before the answer, though nobody is told yet:
// meanwhile the server is not locked, and the export is running to whoever asks.
func (s *Server) startExport(c *call) (any, error) {
	if err := c.need(ksef.InvoiceRead); err != nil {
		return nil, err
	}
	var in struct {
		Encryption   *encryptionInfo `json:"encryption"`
		Filters      *invoiceFilters `json:"filters"`
		OnlyMetadata bool            `json:"onlyMetadata"`
		Compression  string          `json:"compressionType"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	v.encryption(in.Encryption)
	var q search
	if v.required("filters", in.Filters != nil) {
		q = v.filters(in.Filters, "filters.", c.now)
	}
	order := packing{search: q, format: archive.Zip, onlyMetadata: in.OnlyMetadata}
	if in.Compression != "" {
		order.format = archive.Format(v.oneOf("compressionType", in.Compression, string(archive.Zip), string(archive.TarGz)))
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	context := c.by.session.context
	if !canBe(context.Type, q.as) {
		return nil, bad(codeExportSubject, fmt.Sprintf("Nie można wyeksportować paczki faktur dla wybranego podmiotu (%s) i zalogowanego identyfikatora kontekstu (%s).", q.Subject, context.Type))
	}
	key, opened, err := s.keys.open(symmetricEncryption, in.Encryption.KeyID, in.Encryption.Key, c.now)
	if err != nil {
		return nil, err
	}
	e, err := s.newExport(c)
	if err != nil {
		return nil, err
	}
	var failure status
	var pack *exportPackage
	if order.key, err = seal.FromBytes(key, in.Encryption.IV); !opened || err != nil {
		failure = exportNoKey
	} else {
		pack, failure = s.pack(c, e.reference, order)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e.packed, e.pack = true, pack
	if e.failure.Code == 0 { // nobody has made it fail meanwhile
		e.failure = failure
	}
	return struct {
		Reference string `json:"referenceNumber"`
	}{e.reference}, nil
}

// canBe reports whether a context of a kind can be something to invoices.
func canBe(context ksef.Kind, as role) bool {
	switch context {
	case ksef.KindNIP:
		return true
	case ksef.KindInternalID:
		return as == asThird
	case ksef.KindVATUE:
		return as == asBuyer || as == asThird
	}
	return false
}

// newExport notes an export that is running, unless too many are.
func (s *Server) newExport(c *call) (*export, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, e := range s.state.exports {
		if mine(c.by.session, e.by) && e.running(c.now) {
			n++
		}
	}
	if n >= maxRunningExports {
		return nil, bad(codeTooManyExports, fmt.Sprintf("Dla uwierzytelnionego podmiotu w bieżącym kontekście osiągnięto maksymalny limit %d równoczesnych eksportów faktur. Spróbuj ponownie później.", maxRunningExports))
	}
	e := &export{reference: s.source.reference(kindExport, c.now), by: c.by.session, asked: c.now, work: s.accept(c.now)}
	s.state.exports[e.reference] = e
	return e, nil
}

// FailExport ends an export with a status, at once: 500 or 550, which the sandbox has no reason of its own to
// give. It fails when there is no such export.
func (s *Server) FailExport(reference ksef.ReferenceNumber, with ksef.Status) error {
	now := s.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.state.exports[string(reference)]
	if e == nil {
		return fmt.Errorf("sandbox: there is no export %s", reference)
	}
	e.failure, e.completed = status{with.Code, with.Description, with.Details}, now
	return nil
}
