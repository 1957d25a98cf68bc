package sandbox

import (
	"net/netip"
	"slices"
	"strings"
)

// ipPolicy is the set of IPv4 addresses from which access tokens may be used: the union of its lists.
type ipPolicy struct {
	Addresses []string `json:"ip4Addresses,omitempty"`
	Ranges    []string `json:"ip4Ranges,omitempty"`
	Masks     []string `json:"ip4Masks,omitempty"`
}

// maxAllowed is how many entries each list may have.
const maxAllowed = 10

// allows reports whether addr is in the set. A policy without entries allows every address.
func (p *ipPolicy) allows(addr netip.Addr) bool {
	if len(p.Addresses)+len(p.Ranges)+len(p.Masks) == 0 {
		return true
	}
	return slices.ContainsFunc(p.Addresses, func(s string) bool { a, ok := ip4(s); return ok && a == addr }) ||
		slices.ContainsFunc(p.Ranges, func(s string) bool {
			from, to, ok := ip4Range(s)
			return ok && from.Compare(addr) <= 0 && addr.Compare(to) <= 0
		}) ||
		slices.ContainsFunc(p.Masks, func(s string) bool { m, ok := ip4Mask(s); return ok && m.Contains(addr) })
}

// ip4 reads four decimal numbers with dots between them. Like the schema's pattern, netip takes no
// leading zeros.
func ip4(s string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(s)
	return a, err == nil && a.Is4()
}

func ip4Range(s string) (from, to netip.Addr, ok bool) {
	a, b, _ := strings.Cut(s, "-")
	from, okFrom := ip4(a)
	to, okTo := ip4(b)
	return from, to, okFrom && okTo
}

func ip4Mask(s string) (netip.Prefix, bool) {
	m, err := netip.ParsePrefix(s)
	return m, err == nil && m.Addr().Is4()
}

func isIP4(s string) bool      { _, ok := ip4(s); return ok }
func isIP4Range(s string) bool { _, _, ok := ip4Range(s); return ok }
func isIP4Mask(s string) bool  { _, ok := ip4Mask(s); return ok }
