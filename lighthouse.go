package ksef

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Lighthouse is the ministry's status service, Latarnia: it says whether KSeF
// works, and so whether invoices may be issued offline today. It answers when
// KSeF does not, needs no authentication, and all of its methods are safe to
// repeat.
//
// It exists for [Test] and [Production]; elsewhere its methods fail with
// [ErrNoLighthouse] and send nothing, unless [Options.LighthouseURL] is set.
type Lighthouse service

// SystemState is what the ministry announces about KSeF. Unknown ones survive
// decoding. (ksef-docs tryby-offline.md)
type SystemState string

// The states of KSeF.
const (
	SystemAvailable SystemState = "AVAILABLE" // it works

	// SystemMaintenance: it is unavailable as announced. Invoices are issued in
	// the offline mode and sent by the next business day after its end.
	SystemMaintenance SystemState = "MAINTENANCE"

	// SystemFailure: it failed. Invoices are issued in the emergency mode and
	// sent within seven business days after its end.
	SystemFailure SystemState = "FAILURE"

	// SystemTotalFailure: invoices are issued outside KSeF in any form and need
	// not be sent later.
	SystemTotalFailure SystemState = "TOTAL_FAILURE"
)

// Available reports whether KSeF works.
func (s SystemState) Available() bool { return s == SystemAvailable }

// Offline reports whether the ministry announced that invoices are to be issued
// offline and sent later, with [SendOptions.Offline]: because of maintenance or
// a failure. (The mode offline24, which a taxpayer may choose on any day, needs
// no announcement.)
func (s SystemState) Offline() bool { return s == SystemMaintenance || s == SystemFailure }

// Suspended reports whether the duty to send invoices is lifted: a total
// failure was announced.
func (s SystemState) Suspended() bool { return s == SystemTotalFailure }

// SystemStatus is the state of KSeF, with the announcements that tell why.
type SystemStatus struct {
	State    SystemState         `json:"status"`
	Messages []LighthouseMessage `json:"messages,omitempty"`
}

// complete tells a status from another document: without a state it says
// nothing, and nothing must not pass for a failure.
func (s *SystemStatus) complete() bool { return s.State != "" }

// String returns the state and the titles of the announcements.
func (s *SystemStatus) String() string {
	text := string(s.State)
	for _, m := range s.Messages {
		text += "; " + m.String()
	}
	return text
}

// MessageCategory is what an announcement is about. Unknown ones survive
// decoding.
type MessageCategory string

// The categories of announcements.
const (
	CategoryMaintenance  MessageCategory = "MAINTENANCE"
	CategoryFailure      MessageCategory = "FAILURE"
	CategoryTotalFailure MessageCategory = "TOTAL_FAILURE"
)

// MessageType is what an announcement announces. Unknown ones survive decoding.
type MessageType string

// The types of announcements.
const (
	MaintenanceAnnouncement MessageType = "MAINTENANCE_ANNOUNCEMENT"
	FailureStart            MessageType = "FAILURE_START"
	FailureEnd              MessageType = "FAILURE_END" // from here the days for sending count
)

// LighthouseMessage is one announcement. The start and the end of a failure are
// two of them, with the same EventID.
type LighthouseMessage struct {
	ID        string          `json:"id"`
	EventID   string          `json:"eventId"`
	Category  MessageCategory `json:"category"`
	Type      MessageType     `json:"type"`
	Title     string          `json:"title"` // in Polish, like Text
	Text      string          `json:"text"`
	Start     time.Time       `json:"start"`
	End       time.Time       `json:"end,omitzero"` // zero while unknown
	Version   int             `json:"version"`      // grows when an announcement is corrected
	Published time.Time       `json:"published"`
}

// UnmarshalJSON implements [json.Unmarshaler]. Identifiers may come as numbers:
// Latarnia documents no types, and news of a failure must not be lost for one.
func (m *LighthouseMessage) UnmarshalJSON(data []byte) error {
	type plain LighthouseMessage
	in := struct {
		*plain
		ID      json.RawMessage `json:"id"`
		EventID json.RawMessage `json:"eventId"`
	}{plain: (*plain)(m)}
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	m.ID, m.EventID = unquoted(in.ID), unquoted(in.EventID)
	return nil
}

func unquoted(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		text = string(raw)
	}
	return text
}

// Covers reports whether t lies between start and end of what is announced. An
// end that is not known yet lies in the future.
func (m *LighthouseMessage) Covers(t time.Time) bool {
	return !t.Before(m.Start) && (m.End.IsZero() || t.Before(m.End))
}

// String returns the type, the title and the term.
func (m LighthouseMessage) String() string {
	text := fmt.Sprintf("%s %s (from %s", m.Type, strings.TrimSpace(m.Title), m.Start.Format(time.RFC3339))
	if !m.End.IsZero() {
		text += " to " + m.End.Format(time.RFC3339)
	}
	return text + ")"
}

// Status returns the state of KSeF now.
func (l *Lighthouse) Status(ctx context.Context) (*SystemStatus, error) {
	out := new(SystemStatus)
	if err := l.get(ctx, "/status", out); err != nil {
		return nil, err
	}
	return out, nil
}

// Messages returns all announcements: those in force, the planned and the past
// ones that Latarnia still shows.
func (l *Lighthouse) Messages(ctx context.Context) ([]LighthouseMessage, error) {
	var out listAnswer[LighthouseMessage]
	if err := l.get(ctx, "/messages", &out); err != nil {
		return nil, err
	}
	return out, nil
}

func (l *Lighthouse) get(ctx context.Context, path string, out any) error {
	if l.conn.base == "" {
		return fmt.Errorf("ksef: GET %s in %s: %w", path, l.conn.env, ErrNoLighthouse)
	}
	return l.conn.call(ctx, request{method: "GET", path: path, repeat: repeatable}, nil, out)
}
