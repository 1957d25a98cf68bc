package ksef

import (
	"context"
	"maps"
)

// RateGroup is a group of operations whose requests KSeF counts together, for
// each context and address. Unknown ones survive decoding.
type RateGroup string

// The groups (ksef-docs limity/limity-api.md).
const (
	RateOnlineSession        RateGroup = "onlineSession"        // opening
	RateOnlineSessionClose   RateGroup = "onlineSessionClose"   // of its own since 2.8.0, before with the opening
	RateBatchSession         RateGroup = "batchSession"         // opening
	RateBatchSessionClose    RateGroup = "batchSessionClose"    // of its own since 2.8.0, before with the opening
	RateInvoiceSend          RateGroup = "invoiceSend"          // into an online session
	RateInvoiceStatus        RateGroup = "invoiceStatus"        // of one invoice in a session
	RateSessionList          RateGroup = "sessionList"          //
	RateSessionInvoiceList   RateGroup = "sessionInvoiceList"   //
	RateSessionMisc          RateGroup = "sessionMisc"          // statuses of sessions, receipts
	RateInvoiceMetadata      RateGroup = "invoiceMetadata"      // queries
	RateInvoiceExport        RateGroup = "invoiceExport"        // orders
	RateInvoiceExportStatus  RateGroup = "invoiceExportStatus"  //
	RateInvoiceDownload      RateGroup = "invoiceDownload"      // by KSeF number
	RateCollectiveIdentifier RateGroup = "collectiveIdentifier" // all operations on them
	RateOther                RateGroup = "other"                // each other operation for itself
	RateAnonymous            RateGroup = "anonymous"            // what needs no access token, by address; told since 2.8.0
	RateGlobal               RateGroup = "global"               // planned: everything, by address; told since 2.8.0
)

// RateLimit is how many requests KSeF takes within any second, any minute and
// any hour; -1 is any number.
type RateLimit struct {
	PerSecond int `json:"perSecond"`
	PerMinute int `json:"perMinute"`
	PerHour   int `json:"perHour"`
}

// RateLimits are limits by group.
type RateLimits map[RateGroup]RateLimit

// complete tells limits from another document: no limits at all must not be
// learnt as no limits.
func (l *RateLimits) complete() bool { return len(*l) > 0 }

// ProductionRates returns the limits of [Production] and [Demo] as the ministry
// publishes them. A taxpayer may be given higher ones: [Limits.Rates] tells.
func ProductionRates() RateLimits {
	return RateLimits{
		RateOnlineSession:        {10, 30, 120},
		RateOnlineSessionClose:   {20, 60, 240},
		RateBatchSession:         {10, 20, 60},
		RateBatchSessionClose:    {20, 40, 120},
		RateInvoiceSend:          {10, 30, 180},
		RateInvoiceStatus:        {30, 120, 1200},
		RateSessionList:          {5, 10, 60},
		RateSessionInvoiceList:   {10, 20, 200},
		RateSessionMisc:          {10, 120, 1200},
		RateInvoiceMetadata:      {8, 16, 20},
		RateInvoiceExport:        {8, 16, 20},
		RateInvoiceExportStatus:  {10, 60, 600},
		RateInvoiceDownload:      {8, 16, 64},
		RateCollectiveIdentifier: {20, 120, 240},
		RateOther:                {10, 30, 120},
		RateAnonymous:            {60, -1, -1},
		RateGlobal:               {-1, -1, -1},
	}
}

// Rates returns the rate limits of the current context. [Options.Budget] learns
// them.
//
//ksef:op GET /rate-limits
func (l *Limits) Rates(ctx context.Context) (RateLimits, error) {
	var out RateLimits
	if err := l.conn.call(ctx, request{method: "GET", path: "/rate-limits", repeat: repeatable}, nil, &out); err != nil {
		return nil, err
	}
	l.conn.learnRates(ctx, out)
	return out, nil
}

// SetRates sets the rate limits of the current context: all groups, each limit
// from 1 to ten times production's. Start from [ProductionRates]. The groups that
// cannot be set, those since 2.8.0, are left out.
//
//ksef:op POST /testdata/rate-limits
func (l *Limits) SetRates(ctx context.Context, limits RateLimits) error {
	settable := maps.Clone(limits)
	for _, group := range []RateGroup{RateOnlineSessionClose, RateBatchSessionClose, RateAnonymous, RateGlobal} {
		delete(settable, group)
	}
	return l.change(ctx, "POST", "/testdata/rate-limits", setRatesRequest{settable})
}

type setRatesRequest struct {
	Limits RateLimits `json:"rateLimits"`
}

// SetProductionRates sets the rate limits of the current context to those of
// production.
//
//ksef:op POST /testdata/rate-limits/production
func (l *Limits) SetProductionRates(ctx context.Context) error {
	return l.change(ctx, "POST", "/testdata/rate-limits/production", nil)
}

// ResetRates undoes [Limits.SetRates] and [Limits.SetProductionRates].
//
//ksef:op DELETE /testdata/rate-limits
func (l *Limits) ResetRates(ctx context.Context) error {
	return l.change(ctx, "DELETE", "/testdata/rate-limits", nil)
}
