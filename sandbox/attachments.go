package sandbox

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/ksef-go/ksef"
)

// consents are the taxpayers, by NIP, who may send invoices with attachments, and until when; the zero time
// means without an end.
type consents map[string]time.Time

// allow reports whether a taxpayer may send attachments now.
func (c consents) allow(nip string, now time.Time) bool {
	end, given := c[nip]
	return given && (end.IsZero() || now.Before(end))
}

// allowAttachments answers POST /testdata/attachment.
func (s *Server) allowAttachments(c *call) (any, error) {
	var in struct {
		NIP string `json:"nip"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	v.nip("nip", in.NIP)
	if err := v.err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.consents[in.NIP] = time.Time{}
	return nil, nil
}

// forbidAttachments answers POST /testdata/attachment/revoke: from the given day on, in UTC, or from now on.
// Where nothing was allowed nothing changes.
func (s *Server) forbidAttachments(c *call) (any, error) {
	var in struct {
		NIP string `json:"nip"`
		End *day   `json:"expectedEndDate"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	v.nip("nip", in.NIP)
	if err := v.err(); err != nil {
		return nil, err
	}
	end := c.now
	if in.End != nil {
		end = time.Time(*in.End)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, given := s.state.consents[in.NIP]; given {
		s.state.consents[in.NIP] = end
	}
	return nil, nil
}

// attachmentStatus answers GET /permissions/attachments/status: whether the context's taxpayer may send
// attachments, and until when.
func (s *Server) attachmentStatus(c *call) (any, error) {
	if err := c.need(ksef.CredentialsManage, ksef.CredentialsRead); err != nil {
		return nil, err
	}
	nip, _, _ := strings.Cut(c.by.session.context.Value, "-")
	s.mu.Lock()
	defer s.mu.Unlock()
	return struct {
		Allowed bool      `json:"isAttachmentAllowed"`
		Revoked timestamp `json:"revokedDate,omitzero"`
	}{s.state.allow(nip, c.now), timestamp(s.state.consents[nip])}, nil
}

// day is a calendar day in a request.
type day time.Time

// UnmarshalJSON reads d.
func (d *day) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return fmt.Errorf("%q is not a date", s)
	}
	*d = day(t)
	return nil
}
