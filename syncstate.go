package ksef

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"time"
)

// SyncState is how far a [Sync] has got in each role; the zero SyncState is the
// beginning. It encodes to JSON with the keys of exports under way, so keep that
// like a password; it prints and logs without.
type SyncState struct {
	roles map[Role]syncRole
}

// syncRole is how far a role has got.
type syncRole struct {
	// Next is where the next window begins. From there on, Known has all
	// numbers received, with their dates of storage.
	Next  time.Time                `json:"next"`
	Known map[KSeFNumber]time.Time `json:"known,omitempty"`

	Through time.Time    `json:"through,omitzero"`
	More    bool         `json:"more,omitempty"` // for sure: the last package was truncated
	Pending *syncPending `json:"pending,omitempty"`
}

// syncPending is a window whose export was ordered and not received yet.
type syncPending struct {
	Export ExportState `json:"export"`
	From   time.Time   `json:"from"`
	To     time.Time   `json:"to,omitzero"`
}

// Through is the mark of a role: all invoices in the repository before it are
// received. It is zero when nothing is known of the role.
func (s SyncState) Through(role Role) time.Time { return s.roles[role].Through }

func (s SyncState) clone() SyncState {
	roles := make(map[Role]syncRole, len(s.roles))
	for role, r := range s.roles {
		r.Known = maps.Clone(r.Known)
		roles[role] = r
	}
	return SyncState{roles}
}

// syncStateVersion is the newest format this package writes.
const syncStateVersion = 1

type syncStateJSON struct {
	Version int               `json:"version"`
	Roles   map[Role]syncRole `json:"roles"`
}

// MarshalJSON writes the state with its secrets.
func (s SyncState) MarshalJSON() ([]byte, error) {
	return json.Marshal(syncStateJSON{syncStateVersion, s.roles})
}

// UnmarshalJSON reads a state that MarshalJSON wrote, of this version or an
// earlier one. Anything else is [ErrState].
func (s *SyncState) UnmarshalJSON(b []byte) error {
	var in syncStateJSON
	if err := readState("sync", syncStateVersion, b, &in); err != nil {
		return err
	}
	for role, r := range in.Roles {
		if r.Next.IsZero() {
			return badState("sync", fmt.Errorf("%s begins nowhere", role))
		}
	}
	*s = SyncState{in.Roles}
	return nil
}

// String tells how far each role has got.
func (s SyncState) String() string {
	text := "sync state"
	for _, role := range Roles() {
		if r, ok := s.roles[role]; ok && !r.Through.IsZero() {
			text += fmt.Sprintf(", %s through %s", role, r.Through.Format(time.RFC3339))
		}
	}
	return text
}

// Format implements [fmt.Formatter].
func (s SyncState) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// LogValue implements [slog.LogValuer].
func (s SyncState) LogValue() slog.Value { return slog.StringValue(s.String()) }
