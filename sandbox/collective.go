package sandbox

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/ksef-go/ksef"
)

// maxCollectives is how many collective identifiers of a context an invoice can be in.
const maxCollectives = 132

// collectives are the collective identifiers, under which invoices of one seller are paid together.
type collectives struct {
	byCollective map[string]*collective
	ofInvoice    map[string][]*collective // by KSeF number
}

func newCollectives() collectives {
	return collectives{map[string]*collective{}, map[string][]*collective{}}
}

// collective is a collective identifier.
type collective struct {
	number   string
	seller   string
	context  identifier // in which it was made
	created  time.Time
	visible  time.Time // when listings have it
	invoices []collected
}

// collected is an invoice in a collective identifier.
type collected struct {
	Number      string   `json:"ksefNumber"`
	Payment     *payment `json:"payment,omitempty"`
	Description *string  `json:"description,omitempty"`
}

// payment is what is paid for an invoice. The amount is kept as it was written.
type payment struct {
	Amount   json.Number `json:"amount"`
	Currency string      `json:"currency"`
}

// collectivePermissions are those of which one opens all operations on collective identifiers.
var collectivePermissions = []ksef.Permission{ksef.InvoiceRead, ksef.InvoiceWrite, ksef.CollectiveIdentifierManage}

// createCollective answers POST /collective-identifiers.
func (s *Server) createCollective(c *call) (any, error) {
	if err := c.need(collectivePermissions...); err != nil {
		return nil, err
	}
	var in struct {
		Invoices []collected `json:"invoices"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	context := c.by.session.context
	s.mu.Lock()
	most := s.state.contextLimitsOf(context).collective
	s.mu.Unlock()
	var v validation
	v.collected(in.Invoices, most)
	if err := v.err(); err != nil {
		return nil, err
	}
	seller, err := s.collectable(c, in.Invoices)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.state
	if err := st.collectedTooOften(context, in.Invoices); err != nil {
		return nil, err
	}
	made := &collective{seller: seller, context: context, created: c.now, visible: c.now.Add(s.storageLag()), invoices: in.Invoices}
	for made.number == "" || st.byCollective[made.number] != nil {
		made.number = s.source.collectiveNumber(seller, c.now)
	}
	st.byCollective[made.number] = made
	for _, i := range in.Invoices {
		st.ofInvoice[i.Number] = append(st.ofInvoice[i.Number], made)
	}
	return struct {
		Number string `json:"collectiveIdentifierNumber"`
	}{made.number}, nil
}

// collected demands invoices that could be paid together, from 2 to most of them.
func (v *validation) collected(in []collected, most int) {
	const least = 2
	switch n := len(in); {
	case !v.required("invoices", n > 0):
	case n < least:
		v.add("'invoices' must contain %d items or more. You entered %d items.", least, n)
	case n > most:
		v.add("'invoices' must contain %d items or fewer. You entered %d items.", most, n)
	}
	for i := range in {
		name, one := index("invoices", i), &in[i]
		v.form(name+".ksefNumber", one.Number, isKSeFNumber(one.Number))
		if p := one.Payment; p != nil {
			v.required(name+".payment.amount", p.Amount != "")
			p.Currency = v.oneOf(name+".payment.currency", p.Currency, currencies()...)
		}
		if one.Description != nil {
			v.atMostCharacters(name+".description", *one.Description, 512)
		}
	}
}

// collectable returns the seller of invoices that can be paid together: each once, each one that the context may
// see, all of one seller. KSeF takes an invoice later than it shows it, with the same refusal as for one that
// does not exist.
func (s *Server) collectable(c *call, in []collected) (seller string, err error) {
	register := s.register()
	var unknown, repeated, foreign []string
	seen := map[string]bool{}
	for _, i := range in {
		if seen[i.Number] {
			repeated = append(repeated, fmt.Sprintf("Faktura o numerze KSeF %s występuje w żądaniu więcej niż raz.", i.Number))
			continue
		}
		seen[i.Number] = true
		r := register.find(i.Number)
		switch {
		case r == nil || !r.names(c.by.session.context) || c.now.Before(r.available.Add(s.storageLag())):
			unknown = append(unknown, fmt.Sprintf("Faktura o numerze KSeF %s nie może zostac przypisana do Identyfikatora Zbiorczego.", i.Number))
		case seller == "":
			seller = r.Seller.NIP
		case r.Seller.NIP != seller:
			foreign = append(foreign, fmt.Sprintf("Faktura o numerze KSeF %s została wystawiona przez innego sprzedawcę niż pozostałe.", i.Number))
		}
	}
	switch {
	case repeated != nil:
		return "", bad(ksef.CodeRepeatedInvoice, repeated...)
	case unknown != nil:
		return "", bad(ksef.CodeNotCollectable, unknown...)
	case foreign != nil:
		return "", bad(ksef.CodeSeveralSellers, foreign...)
	}
	return seller, nil
}

// collectedTooOften refuses invoices that are in as many of the context's collective identifiers as they can be.
func (st *state) collectedTooOften(context identifier, in []collected) error {
	var full []string
	for _, i := range in {
		n := 0
		for _, k := range st.ofInvoice[i.Number] {
			if k.context == context {
				n++
			}
		}
		if n >= maxCollectives {
			full = append(full, fmt.Sprintf("Faktura o numerze KSeF %s jest już przypisana do maksymalnej liczby Identyfikatorów Zbiorczych.", i.Number))
		}
	}
	if full != nil {
		return bad(ksef.CodeCollectedTooOften, full...)
	}
	return nil
}

// shows reports whether a context's listings have the identifier: those it made and, of a NIP, those of invoices
// it issued.
func (k *collective) shows(to identifier, now time.Time) bool {
	return !now.Before(k.visible) && (k.context == to || to == identifier{ksef.KindNIP, k.seller})
}
