package sandbox

import (
	"io"
	"net/http"
	"strconv"

	"github.com/ksef-go/ksef/internal/seal"
)

// uploadPart answers a signed PUT of a part. What is uploaded again replaces what was there. The permission is
// that of the moment in which the upload began.
func (s *Server) uploadPart(c *call) (any, error) {
	if refused := c.storageAccess(); refused != nil {
		return refused, nil
	}
	if c.r.Header.Get("X-Ms-Blob-Type") != "BlockBlob" {
		return storageError(http.StatusBadRequest, "MissingRequiredHeader", "The header x-ms-blob-type must be BlockBlob."), nil
	}
	s.mu.Lock()
	p, refused := s.place(c)
	s.mu.Unlock()
	if p == nil {
		return refused, nil
	}
	u := new(upload)
	meter := seal.NewMeter()
	if _, err := io.Copy(io.MultiWriter(&u.content, meter), c.r.Body); err != nil {
		u.content.discard()
		return storageError(http.StatusBadRequest, "InvalidInput", "The content cannot be read: "+err.Error()+"."), nil
	}
	u.digest = meter.Digest()
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, refused = s.place(c); p == nil {
		u.content.discard()
		return refused, nil
	}
	if old := p.arrived; old != nil {
		old.content.discard()
	}
	p.arrived = u
	return &answer{status: http.StatusCreated, header: http.Header{}}, nil
}

// place is where an upload goes; nil, and the refusal, when it goes nowhere.
func (s *Server) place(c *call) (*part, *answer) {
	x := s.storedSession(c)
	n, err := strconv.Atoi(c.values["ordinalNumber"])
	if x == nil || x.batch == nil || err != nil || n < 1 || n > len(x.batch.parts) {
		return nil, storageMissing() // forgotten since the URL was signed
	}
	if !x.closed.IsZero() {
		return nil, storageError(http.StatusForbidden, "AuthorizationFailure", "The session is closed.")
	}
	return &x.batch.parts[n-1], nil
}
