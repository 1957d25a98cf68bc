package sandbox

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// settableLimit is a group whose limits a test may set.
type settableLimit struct {
	group  string
	needed bool // whether it must be given
}

// settableLimits are all such groups. The last two came late, and who does not know them leaves them out; those
// of 2.8.0 cannot be set at all.
func settableLimits() []settableLimit {
	return []settableLimit{
		{"onlineSession", true}, {"batchSession", true}, {"invoiceSend", true}, {"invoiceStatus", true}, {"sessionList", true},
		{"sessionInvoiceList", true}, {"sessionMisc", true}, {"invoiceMetadata", true}, {"invoiceExport", true},
		{"invoiceDownload", true}, {otherGroup, true}, {"invoiceExportStatus", false}, {"collectiveIdentifier", false},
	}
}

// showRateLimits answers GET /rate-limits. A server that enforces none tells production's: KSeF always has limits,
// and clients plan with them, or set them again with one changed.
func (s *Server) showRateLimits(c *call) (any, error) {
	all := cmp.Or(s.opts.RateLimits, ProductionRateLimits)
	out := map[string]rateLimit{}
	for group := range productionLimits() {
		out[group] = s.limiter.limit(c.by.session.context, group, all)
	}
	return out, nil
}

// setRateLimits answers POST /testdata/rate-limits: the context has limits of its own from then on.
func (s *Server) setRateLimits(c *call) (any, error) {
	var in struct {
		Limits map[string]json.RawMessage `json:"rateLimits"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	given := map[string]*rateLimit{}
	for name, raw := range in.Limits {
		i := slices.IndexFunc(settableLimits(), func(g settableLimit) bool { return strings.EqualFold(g.group, name) })
		if i < 0 {
			continue
		}
		var l *rateLimit
		if err := unmarshal(raw, &l); err != nil {
			return nil, err
		}
		given[settableLimits()[i].group] = l
	}
	var v validation
	own := map[string]rateLimit{}
	if v.required("rateLimits", in.Limits != nil) {
		for _, g := range settableLimits() {
			l := given[g.group]
			if l == nil {
				v.required("rateLimits."+g.group, !g.needed)
				continue
			}
			v.rateLimit("rateLimits."+g.group, *l, productionLimits()[g.group])
			own[g.group] = *l
		}
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	s.limiter.set(c.by.session.context, own)
	return nil, nil
}

// rateLimit demands limits that a test may set: up to ten times production's.
func (v *validation) rateLimit(name string, l, production rateLimit) {
	v.between(name+".perSecond", l.PerSecond, 1, 10*production.PerSecond)
	v.between(name+".perMinute", l.PerMinute, 1, 10*production.PerMinute)
	v.between(name+".perHour", l.PerHour, 1, 10*production.PerHour)
}

// resetRateLimits answers DELETE /testdata/rate-limits: the context has the limits of all again.
func (s *Server) resetRateLimits(c *call) (any, error) {
	s.limiter.set(c.by.session.context, nil)
	return nil, nil
}

// setProductionRateLimits answers POST /testdata/rate-limits/production.
func (s *Server) setProductionRateLimits(c *call) (any, error) {
	s.limiter.set(c.by.session.context, productionLimits())
	return nil, nil
}

// set gives a context limits of its own; none gives it back those of all. What was counted stays counted.
func (l *limiter) set(context identifier, own map[string]rateLimit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if own == nil {
		delete(l.own, context)
		return
	}
	if l.own == nil {
		l.own = map[identifier]map[string]rateLimit{}
	}
	l.own[context] = own
}
