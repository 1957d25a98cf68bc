package ksef

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/ksef-go/ksef/internal/archive"
	"github.com/ksef-go/ksef/internal/seal"
)

// BatchState is what a batch session lives on: the package's place on disk, its
// key, and which parts have arrived. It encodes to JSON with the key and with
// the signed URLs of the parts, so keep that like a password; it prints and
// logs without.
type BatchState struct {
	ReferenceNumber ReferenceNumber

	batch   *Batch
	uploads []partUpload
	arrived map[int]bool // by ordinal
	closed  bool
}

func (s BatchState) clone() BatchState {
	s.uploads = slices.Clone(s.uploads)
	s.arrived = maps.Clone(s.arrived)
	if s.arrived == nil {
		s.arrived = map[int]bool{}
	}
	return s
}

// Closed reports whether the session was closed: nothing is left to do but to
// wait for its results and to remove the package.
func (s BatchState) Closed() bool { return s.closed }

// batchStateVersion is the newest format this package writes.
const batchStateVersion = 1

type batchStateJSON struct {
	Version         int             `json:"version"`
	ReferenceNumber ReferenceNumber `json:"referenceNumber"`
	FormCode        FormCode        `json:"formCode"`
	Offline         bool            `json:"offlineMode,omitempty"`
	Key             []byte          `json:"key"`
	IV              []byte          `json:"iv"`
	Package         archive.Package `json:"package"`
	Uploads         []partUpload    `json:"uploads"`
	Arrived         []int           `json:"arrived,omitempty"`
	Closed          bool            `json:"closed,omitempty"`
}

// MarshalJSON writes the state with its secrets.
func (s BatchState) MarshalJSON() ([]byte, error) {
	if s.batch == nil {
		return nil, badState("batch", errNoKey)
	}
	return json.Marshal(batchStateJSON{
		Version: batchStateVersion, ReferenceNumber: s.ReferenceNumber,
		FormCode: s.batch.form, Offline: s.batch.off, Key: s.batch.key.Bytes(), IV: s.batch.key.IV(),
		Package: s.batch.pkg, Uploads: s.uploads, Arrived: slices.Sorted(maps.Keys(s.arrived)), Closed: s.closed,
	})
}

// UnmarshalJSON reads a state that MarshalJSON wrote, of this version or an
// earlier one. Anything else is [ErrState].
func (s *BatchState) UnmarshalJSON(b []byte) error {
	var in batchStateJSON
	if err := readState("batch", batchStateVersion, b, &in); err != nil {
		return err
	}
	key, err := seal.FromBytes(in.Key, in.IV)
	if err != nil {
		return badState("batch", err)
	}
	if in.ReferenceNumber == "" {
		return badState("batch", errors.New("no reference number"))
	}
	if err := in.Package.Check(); err != nil {
		return badState("batch", err)
	}
	if err := checkPlaces(in.Uploads, len(in.Package.Parts)); err != nil {
		return badState("batch", err)
	}
	arrived := map[int]bool{}
	for _, ordinal := range in.Arrived {
		if ordinal < 1 || ordinal > len(in.Package.Parts) {
			return badState("batch", fmt.Errorf("part %d of %d arrived", ordinal, len(in.Package.Parts)))
		}
		arrived[ordinal] = true
	}
	*s = BatchState{
		ReferenceNumber: in.ReferenceNumber, batch: &Batch{in.Package, key, in.FormCode, in.Offline},
		uploads: in.Uploads, arrived: arrived, closed: in.Closed,
	}
	return nil
}

// String tells which session it is.
func (s BatchState) String() string { return "batch session " + string(s.ReferenceNumber) }

// Format implements [fmt.Formatter].
func (s BatchState) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// LogValue implements [slog.LogValuer].
func (s BatchState) LogValue() slog.Value { return slog.StringValue(s.String()) }
