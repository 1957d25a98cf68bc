package ksef

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"
)

// pacer remembers for each rate-limit group until when KSeF refuses requests.
// KSeF lengthens the block of a client that keeps asking (ksef-docs
// limity/limity-api.md), so nothing is sent before its end.
type pacer struct {
	mu     sync.Mutex
	blocks map[string]block
}

type block struct {
	end     time.Time
	refusal Error // a copy: the caller of the refused request has the original
}

// wait returns when the group of r is not blocked. When the context ends before
// the block does, it returns the refusal at once: the caller learns more from
// it, and sooner, than from an expired deadline.
func (p *pacer) wait(ctx context.Context, r *request) error {
	for { // the block may have been lengthened meanwhile
		b, ok := p.blocked(r)
		if !ok {
			return nil
		}
		if deadline, ok := ctx.Deadline(); ok && !b.end.Before(deadline) {
			refusal := b.refusal
			refusal.RetryAfter = time.Until(b.end)
			return &refusal
		}
		if err := sleep(ctx, time.Until(b.end)); err != nil {
			return err
		}
	}
}

func (p *pacer) blocked(r *request) (block, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.blocks) == 0 { // as mostly
		return block{}, false
	}
	group := r.group()
	b, ok := p.blocks[group]
	if ok && !time.Now().Before(b.end) {
		delete(p.blocks, group)
		return block{}, false
	}
	return b, ok
}

// block remembers that r was refused.
func (p *pacer) block(r *request, refusal *Error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.blocks == nil {
		p.blocks = map[string]block{}
	}
	pause := max(refusal.RetryAfter, time.Second) // a 429 without Retry-After: the shortest window
	end := time.Now().Add(pause)
	if end.After(p.blocks[r.group()].end) { // a request that was under way must not shorten it
		p.blocks[r.group()] = block{end: end, refusal: *refusal}
	}
}

// group names what KSeF counts together (ksef-docs limity/limity-api.md): the
// groups of KSeF 2.8, where closing a session is counted apart from opening it.
// Outside them each operation has a counter of its own.
func (r *request) group() string {
	method, path := r.name()
	at := strings.Split(strings.TrimPrefix(path, "/"), "/")
	switch at[0] {
	case "auth", "security", "peppol", "testdata":
		if r.anonymous() {
			return "anonymous"
		}
	case "collective-identifiers":
		return "collectiveIdentifier"
	case "sessions":
		return sessionGroup(method, at[1:])
	case "invoices":
		if group := invoiceGroup(at[1:]); group != "" {
			return group
		}
	}
	for i, word := range at {
		if strings.ContainsFunc(word, isIdentifying) {
			at[i] = "*"
		}
	}
	return method + " /" + strings.Join(at, "/")
}

// anonymous reports whether an operation is counted by address, since nobody has
// an access token for it yet.
func (r *request) anonymous() bool {
	for _, own := range []string{"/auth/sessions", "/testdata/limits", "/testdata/rate-limits", "/testdata/context", "/testdata/certificates"} {
		if strings.HasPrefix(r.path, own) {
			return false
		}
	}
	return true
}

// sessionGroup is the group of an operation below /sessions.
func sessionGroup(method string, at []string) string {
	last := len(at) - 1
	switch {
	case last < 0:
		return "sessionList"
	case method == http.MethodGet && last > 0 && (at[last] == "invoices" || at[last] == "failed"):
		return "sessionInvoiceList"
	case method == http.MethodGet && last == 2 && at[1] == "invoices":
		return "invoiceStatus"
	case method == http.MethodGet:
		return "sessionMisc"
	case at[last] == "invoices":
		return "invoiceSend"
	case at[last] == "close":
		return at[0] + "SessionClose"
	}
	return at[0] + "Session"
}

// invoiceGroup is the group of an operation below /invoices.
func invoiceGroup(at []string) string {
	switch {
	case len(at) == 2 && at[0] == "query":
		return "invoiceMetadata"
	case len(at) == 1 && at[0] == "exports":
		return "invoiceExport"
	case len(at) == 2 && at[0] == "exports":
		return "invoiceExportStatus"
	case len(at) == 2 && at[0] == "ksef":
		return "invoiceDownload"
	}
	return ""
}
