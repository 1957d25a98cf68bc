package ksef

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ksef-go/ksef/internal/seal"
)

// SessionState is what an open session lives on: keep it to go on with the
// session in another process. It holds the session's key and encodes to JSON
// with it, so keep that like a password; it prints and logs without.
type SessionState struct {
	ReferenceNumber ReferenceNumber
	FormCode        FormCode
	ValidUntil      time.Time

	key seal.Key
}

// sessionStateVersion is the newest format this package writes. It reads all
// up to that.
const sessionStateVersion = 1

type sessionStateJSON struct {
	Version         int             `json:"version"`
	ReferenceNumber ReferenceNumber `json:"referenceNumber"`
	FormCode        FormCode        `json:"formCode"`
	ValidUntil      time.Time       `json:"validUntil,omitzero"`
	Key             []byte          `json:"key"`
	IV              []byte          `json:"iv"`
}

// MarshalJSON writes the state with its secrets.
func (s SessionState) MarshalJSON() ([]byte, error) {
	if s.ReferenceNumber == "" || s.key.IsZero() {
		return nil, badState("session", errNoKey)
	}
	return json.Marshal(sessionStateJSON{sessionStateVersion, s.ReferenceNumber, s.FormCode, s.ValidUntil, s.key.Bytes(), s.key.IV()})
}

// UnmarshalJSON reads a state that MarshalJSON wrote, of this version or an
// earlier one. Anything else is [ErrState].
func (s *SessionState) UnmarshalJSON(b []byte) error {
	var in sessionStateJSON
	if err := readState("session", sessionStateVersion, b, &in); err != nil {
		return err
	}
	key, err := seal.FromBytes(in.Key, in.IV)
	if err != nil {
		return badState("session", err)
	}
	if in.ReferenceNumber == "" {
		return badState("session", errors.New("no reference number"))
	}
	*s = SessionState{in.ReferenceNumber, in.FormCode, in.ValidUntil, key}
	return nil
}

// String tells which session it is.
func (s SessionState) String() string { return "session " + string(s.ReferenceNumber) }

// Format implements [fmt.Formatter].
func (s SessionState) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// LogValue implements [slog.LogValuer].
func (s SessionState) LogValue() slog.Value { return slog.StringValue(s.String()) }
