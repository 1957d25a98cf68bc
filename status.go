package ksef

import (
	"fmt"
	"strings"
)

// Status is where an asynchronous operation stands. Below 200 it is still
// running, from 200 it succeeded, from 400 it failed. Description and Details
// are KSeF's own words, in Polish.
type Status struct {
	Code        int      `json:"code"`
	Description string   `json:"description"`
	Details     []string `json:"details,omitempty"`
}

// Pending reports whether the operation is still running.
func (s Status) Pending() bool { return s.Code < 200 }

// OK reports whether the operation succeeded.
func (s Status) OK() bool { return s.Code >= 200 && s.Code < 300 }

// String returns the code, the description and the details.
func (s Status) String() string {
	text := fmt.Sprintf("%d %s", s.Code, s.Description)
	if len(s.Details) > 0 {
		text += " (" + strings.Join(s.Details, "; ") + ")"
	}
	return text
}
