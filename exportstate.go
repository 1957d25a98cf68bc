package ksef

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"github.com/ksef-go/ksef/internal/seal"
)

// ExportState is what an export lives on: keep it to fetch the package in
// another process. It holds the key of the package and encodes to JSON with it,
// so keep that like a password; it prints and logs without.
type ExportState struct {
	ReferenceNumber ReferenceNumber
	Role            Role // of the current taxpayer in the invoices
	OnlyMetadata    bool

	key seal.Key
}

// exportStateVersion is the newest format this package writes.
const exportStateVersion = 1

type exportStateJSON struct {
	Version         int             `json:"version"`
	ReferenceNumber ReferenceNumber `json:"referenceNumber"`
	Role            Role            `json:"subjectType"`
	OnlyMetadata    bool            `json:"onlyMetadata,omitempty"`
	Key             []byte          `json:"key"`
	IV              []byte          `json:"iv"`
}

// MarshalJSON writes the state with its secrets.
func (s ExportState) MarshalJSON() ([]byte, error) {
	if s.ReferenceNumber == "" || s.key.IsZero() {
		return nil, badState("export", errNoKey)
	}
	return json.Marshal(exportStateJSON{exportStateVersion, s.ReferenceNumber, s.Role, s.OnlyMetadata, s.key.Bytes(), s.key.IV()})
}

// UnmarshalJSON reads a state that MarshalJSON wrote, of this version or an
// earlier one. Anything else is [ErrState].
func (s *ExportState) UnmarshalJSON(b []byte) error {
	var in exportStateJSON
	if err := readState("export", exportStateVersion, b, &in); err != nil {
		return err
	}
	key, err := seal.FromBytes(in.Key, in.IV)
	if err != nil {
		return badState("export", err)
	}
	if in.ReferenceNumber == "" {
		return badState("export", errors.New("no reference number"))
	}
	*s = ExportState{in.ReferenceNumber, in.Role, in.OnlyMetadata, key}
	return nil
}

// String tells which export it is.
func (s ExportState) String() string { return "export " + string(s.ReferenceNumber) }

// Format implements [fmt.Formatter].
func (s ExportState) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// LogValue implements [slog.LogValuer].
func (s ExportState) LogValue() slog.Value { return slog.StringValue(s.String()) }
