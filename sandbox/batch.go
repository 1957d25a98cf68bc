package sandbox

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/archive"
	"github.com/ksef-go/ksef/internal/seal"
)

// What a package may be (ksef-docs sesja-wsadowa.md, limity.md).
const (
	maxParts       = 50
	maxPart        = 100_000_000          // bytes before encryption
	maxSealedPart  = maxPart + 16         // the padding of a whole number of blocks is a block
	maxOpenedPart  = 100<<20 + 16         // what a session is opened with, but not closed
	maxPackage     = int64(5_000_000_000) // bytes before encryption
	uploadTimePart = 20 * time.Minute     // for every part, in which all of them may come
)

// batch is what a session has that sends a package.
type batch struct {
	format  archive.Format
	whole   seal.Digest // declared
	parts   []part      // by their ordinal numbers
	offline bool
	late    bool // whether it did not come in time
}

// part is a part of a package.
type part struct {
	declared seal.Digest // as encrypted
	arrived  *upload     // nil until it was uploaded
}

// upload is the content of a part, as it came.
type upload struct {
	content spool
	digest  seal.Digest
}

// batchStatus is how far a session of sending a package is.
func (x *sending) batchStatus(now time.Time) status {
	switch {
	case x.closed.IsZero():
		return batchOpen
	case !x.processed(now):
		return batchProcessing
	}
	return x.outcome
}

// cancel ends a session whose package did not come in time.
func (x *sending) cancel(now time.Time) {
	x.close(now, work{due: now})
	x.outcome, x.batch.late = sentTooLate, true
	x.batch.discard()
}

// discard forgets what was uploaded.
func (b *batch) discard() {
	for i := range b.parts {
		if u := b.parts[i].arrived; u != nil {
			u.content.discard()
			b.parts[i].arrived = nil
		}
	}
}

// uploadsUntil is when the last part may come.
func (x *sending) uploadsUntil() time.Time {
	return x.opened.Add(time.Duration(len(x.batch.parts)) * uploadTimePart)
}

// packageRequest describes a package.
type packageRequest struct {
	Size        int64         `json:"fileSize"`
	Hash        string        `json:"fileHash"`
	Compression *string       `json:"compressionType"`
	Parts       []partRequest `json:"fileParts"`
}

type partRequest struct {
	Ordinal int    `json:"ordinalNumber"`
	Size    int64  `json:"fileSize"`
	Hash    string `json:"fileHash"`
}

// check validates the description. Sizes and numbers of parts have codes of their own, beside all that is
// wrong otherwise.
func (in *packageRequest) check(v *validation) (b *batch, others *refusal) {
	b = &batch{format: archive.Zip}
	if !v.required("batchFile", in != nil) {
		return b, nil
	}
	v.atLeastOne("batchFile.fileSize", in.Size)
	if in.Size > maxPackage {
		v.add("'fileSize' must be less than or equal to '%d'.", maxPackage)
	}
	b.whole = seal.Digest{Hash: v.hash("batchFile.fileHash", in.Hash), Size: in.Size}
	if in.Compression != nil {
		b.format = archive.Format(v.oneOf("batchFile.compressionType", *in.Compression, string(archive.Zip), string(archive.TarGz)))
	}
	v.required("batchFile.fileParts", len(in.Parts) > 0)
	if len(in.Parts) > maxParts {
		others = bad(ksef.CodePartCount, fmt.Sprintf("Liczba części pliku musi być mniejsza lub równa niż %d.", maxParts))
	}
	b.parts = make([]part, len(in.Parts))
	var tooLarge []string
	for i, p := range in.Parts {
		name := index("batchFile.fileParts", i)
		v.atLeastOne(name+".fileSize", p.Size)
		declared := seal.Digest{Hash: v.hash(name+".fileHash", p.Hash), Size: p.Size}
		if p.Size > maxOpenedPart {
			tooLarge = append(tooLarge, partTooLarge(p.Ordinal))
		}
		if p.Ordinal < 1 || p.Ordinal > len(in.Parts) || b.parts[p.Ordinal-1].declared.Size != 0 {
			v.add("'%s.ordinalNumber' must number the parts from 1 without gaps. You entered %d.", name, p.Ordinal)
			continue
		}
		b.parts[p.Ordinal-1].declared = declared
	}
	if tooLarge != nil {
		others = bad(ksef.CodePartSize, tooLarge...).and(others)
	}
	return b, others
}

func partTooLarge(ordinal int) string {
	return fmt.Sprintf("Rozmiar części %d przekroczył dozwolony rozmiar 100MB.", ordinal)
}

// openBatch answers POST /sessions/batch.
func (s *Server) openBatch(c *call) (any, error) {
	if err := c.need(batchPermissions...); err != nil {
		return nil, err
	}
	var in struct {
		Form       *formCode       `json:"formCode"`
		Package    *packageRequest `json:"batchFile"`
		Encryption *encryptionInfo `json:"encryption"`
		Offline    bool            `json:"offlineMode"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	form := v.sendingForm(in.Form, c.by.session.context, true)
	b, others := in.Package.check(&v)
	v.encryption(in.Encryption)
	if len(v) > 0 {
		return nil, bad(ksef.CodeInvalidInput, v...).and(others)
	}
	if others != nil {
		return nil, others
	}
	x, err := s.newSending(c, kindBatch, form, in.Encryption)
	if err != nil {
		return nil, err
	}
	b.offline = in.Offline
	x.batch = b
	s.mu.Lock()
	s.state.sendings[x.reference] = x
	s.mu.Unlock()

	type place struct {
		Ordinal int               `json:"ordinalNumber"`
		Method  string            `json:"method"`
		URL     string            `json:"url"`
		Headers map[string]string `json:"headers"`
	}
	places := make([]place, len(b.parts))
	for i := range places {
		path := storagePrefix + "/" + x.reference + "/batch-parts/" + strconv.Itoa(i+1)
		places[i] = place{i + 1, "PUT", c.signedURL("PUT", path, x.uploadsUntil()), map[string]string{"x-ms-blob-type": "BlockBlob"}}
	}
	return struct {
		Reference string  `json:"referenceNumber"`
		Places    []place `json:"partUploadRequests"`
	}{x.reference, places}, nil
}

// closeBatch answers POST /sessions/batch/{referenceNumber}/close. The package is processed before the answer,
// though nobody is told yet what came of it: meanwhile the server is not locked, and the session is being
// processed to whoever asks.
func (s *Server) closeBatch(c *call) (any, error) {
	if err := c.need(batchPermissions...); err != nil {
		return nil, err
	}
	s.mu.Lock()
	x, err := s.sendingToChange(c, true)
	if err == nil {
		err = x.closable(c.now)
	}
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	x.close(c.now, s.accept(c.now))
	st := s.state
	limits := st.limits(x)
	s.mu.Unlock()

	invoices, outcome := s.process(st, x, limits, c.now)

	s.mu.Lock()
	defer s.mu.Unlock()
	x.batch.discard()
	if x.outcome.Code == 0 { // nobody has made it fail meanwhile
		x.invoices, x.outcome = invoices, outcome
	}
	return nil, nil
}

// closable refuses to close a session whose package has not come as it was announced.
func (x *sending) closable(now time.Time) error {
	b := x.batch
	missing := slices.IndexFunc(b.parts, func(p part) bool { return p.arrived == nil })
	late := x.closed.IsZero() && missing >= 0 && !now.Before(x.uploadsUntil())
	if late {
		x.cancel(now)
	}
	status := x.status(now)
	switch {
	case b.late:
		return bad(ksef.CodeUploadTimeout, "Sesja anulowana, przekroczony czas wysyłki.")
	case status.Code != batchOpen.Code:
		return notClosable(status)
	case missing >= 0:
		return bad(ksef.CodeMissingPart, fmt.Sprintf("Nie przesłano zadeklarowanej '%d' części pliku.", missing+1))
	}
	var wrong []string
	for i, p := range b.parts {
		switch {
		case p.arrived.digest.Size != p.declared.Size:
			wrong = append(wrong, fmt.Sprintf("Zadeklarowany rozmiar części '%d' nie zgadza się z rzeczywistym.", i+1))
		case p.declared.Size > maxSealedPart:
			wrong = append(wrong, partTooLarge(i+1))
		}
	}
	if wrong != nil {
		return bad(ksef.CodePartSize, wrong...)
	}
	return nil
}
