package ksef

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// readState decodes b, a state of the named kind, whose newest version is known,
// into in. A member there is no place for is another kind's: what is added to a
// state makes it another version.
//
//nolint:unparam // the versions are counted apart, though all states are at their first
func readState(kind string, newest int, b []byte, in any) error {
	var head struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return badState(kind, err)
	}
	if head.Version < 1 || head.Version > newest {
		return badState(kind, fmt.Errorf("version %d: this program reads 1 to %d", head.Version, newest))
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(in); err != nil {
		return badState(kind, err)
	}
	return nil
}

// errNoKey is what is wrong with a state made by hand.
var errNoKey = errors.New("it was not kept by a session or an export, and has no key")

func badState(kind string, err error) error {
	return fmt.Errorf("ksef: %s state: %w: %w", kind, ErrState, err)
}
