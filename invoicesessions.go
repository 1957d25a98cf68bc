package ksef

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"time"
)

// InvoiceSessions lists the sessions of sending.
type InvoiceSessions authService

// SessionType is the kind of a session of sending.
type SessionType string

// The kinds of sessions.
const (
	OnlineType SessionType = "Online"
	BatchType  SessionType = "Batch"
)

// SessionStage sums up a session's status. Unknown ones survive encoding.
type SessionStage string

// The stages of sessions.
const (
	SessionInProgress SessionStage = "InProgress" // open or being processed
	SessionSucceeded  SessionStage = "Succeeded"  // processed, with an invoice accepted
	SessionFailed     SessionStage = "Failed"     // failed as a whole
	SessionCancelled  SessionStage = "Cancelled"  // ended without invoices or too late
)

// SessionQuery selects sessions of one type. The zero times mean no bound.
type SessionQuery struct {
	ListOptions
	Type                     SessionType // "" for OnlineType
	ReferenceNumber          ReferenceNumber
	CreatedFrom, CreatedTo   time.Time
	ClosedFrom, ClosedTo     time.Time
	ModifiedFrom, ModifiedTo time.Time
	Stages                   []SessionStage // any of these; none for all
}

// SessionSummary is a session in a listing.
type SessionSummary struct {
	ReferenceNumber ReferenceNumber `json:"referenceNumber"`
	Status          Status          `json:"status"`
	Created         time.Time       `json:"dateCreated"`
	Updated         time.Time       `json:"dateUpdated"`
	ValidUntil      time.Time       `json:"validUntil,omitzero"`
	Invoices        int             `json:"totalInvoiceCount"`
	Successful      int             `json:"successfulInvoiceCount"`
	Failed          int             `json:"failedInvoiceCount"`
}

// Session returns the session with the given number, for reading. It sends
// nothing.
func (s *InvoiceSessions) Session(ref ReferenceNumber) *InvoiceSession {
	return &InvoiceSession{ref, s.conn}
}

// Query returns one page of the sessions q selects, the newest first; a nil q
// means all online sessions. Who may only send sees the sessions he opened.
// Safe to repeat.
//
//ksef:op GET /sessions
func (s *InvoiceSessions) Query(ctx context.Context, q *SessionQuery) (*Page[SessionSummary], error) {
	if q == nil {
		q = new(SessionQuery)
	}
	r := request{method: "GET", path: "/sessions", query: url.Values{"sessionType": {string(OnlineType)}}, repeat: repeatable}
	if q.Type != "" {
		r.query.Set("sessionType", string(q.Type))
	}
	if q.ReferenceNumber != "" {
		r.query.Set("referenceNumber", string(q.ReferenceNumber))
	}
	for _, bound := range []struct {
		name string
		at   time.Time
	}{
		{"dateCreatedFrom", q.CreatedFrom}, {"dateCreatedTo", q.CreatedTo},
		{"dateClosedFrom", q.ClosedFrom}, {"dateClosedTo", q.ClosedTo},
		{"dateModifiedFrom", q.ModifiedFrom}, {"dateModifiedTo", q.ModifiedTo},
	} {
		if !bound.at.IsZero() {
			r.query.Set(bound.name, bound.at.Format(wireTime))
		}
	}
	for _, stage := range q.Stages {
		r.query.Add("statuses", fmt.Sprint(stage))
	}
	r.list(&q.ListOptions)
	var out struct {
		Next     Cursor           `json:"continuationToken"`
		Sessions []SessionSummary `json:"sessions"`
	}
	if err := s.conn.call(ctx, r, nil, &out); err != nil {
		return nil, err
	}
	return cursorPage(&r, out.Sessions, out.Next)
}

// All iterates over the sessions q selects, from the page q names. After an
// error it stops.
func (s *InvoiceSessions) All(ctx context.Context, q *SessionQuery) iter.Seq2[SessionSummary, error] {
	return walk(ctx, q, maxSessionPage, s.Query)
}
