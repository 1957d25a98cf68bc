package sandbox

// contextLimits are what a context may send and put together. The test-data endpoints can change them.
type contextLimits struct {
	online, batch sessionLimits
	collective    int // invoices in a collective identifier
}

// sessionLimits are the limits of a session; sizes are in megabytes of 1,000,000 bytes.
type sessionLimits struct {
	invoiceMB         int // of an invoice without attachments
	attachedInvoiceMB int // of one with attachments
	invoices          int
}

// defaultLimits are those of every context (ksef-docs limity/limity.md).
func defaultLimits() contextLimits {
	l := sessionLimits{1, 3, 10_000}
	return contextLimits{l, l, 500}
}

// contextLimitsOf are the limits of a context.
func (st *state) contextLimitsOf(context identifier) contextLimits {
	if l, ok := st.contextLimits[context]; ok {
		return l
	}
	return defaultLimits()
}

// limits are the limits of the session's kind in its context.
func (st *state) limits(x *sending) sessionLimits {
	l := st.contextLimitsOf(x.context())
	if x.batch != nil {
		return l.batch
	}
	return l.online
}

const megabyte = 1_000_000

// size and attachedSize are the sizes in bytes. Where nothing is allowed one byte is, since there is no invoice
// of one byte, and zero means the default to [schema.Rules].
func (l sessionLimits) size() int64         { return max(1, int64(l.invoiceMB)*megabyte) }
func (l sessionLimits) attachedSize() int64 { return max(1, int64(l.attachedInvoiceMB)*megabyte) }

// sessionLimitsItem is [sessionLimits] in requests and answers.
type sessionLimitsItem struct {
	InvoiceMB         *int `json:"maxInvoiceSizeInMB"`
	AttachedInvoiceMB *int `json:"maxInvoiceWithAttachmentSizeInMB"`
	Invoices          *int `json:"maxInvoices"`
}

func (l sessionLimits) item() sessionLimitsItem {
	return sessionLimitsItem{&l.invoiceMB, &l.attachedInvoiceMB, &l.invoices}
}

// sessionLimits demands limits that a test may set.
func (v *validation) sessionLimits(name string, in *sessionLimitsItem) (out sessionLimits) {
	if !v.required(name, in != nil) {
		return out
	}
	return sessionLimits{
		v.given(name+".maxInvoiceSizeInMB", in.InvoiceMB, 0, 5),
		v.given(name+".maxInvoiceWithAttachmentSizeInMB", in.AttachedInvoiceMB, 0, 10),
		v.given(name+".maxInvoices", in.Invoices, 0, 100_000),
	}
}

// given demands a number from min to max.
func (v *validation) given(name string, n *int, min, max int) int {
	if !v.required(name, n != nil) {
		return 0
	}
	v.between(name, *n, min, max)
	return *n
}

// collectiveLimitItem is how many invoices a collective identifier may have, in requests and answers.
type collectiveLimitItem struct {
	Invoices *int `json:"maxInvoices"`
}

// showContextLimits answers GET /limits/context.
func (s *Server) showContextLimits(c *call) (any, error) {
	s.mu.Lock()
	l := s.state.contextLimitsOf(c.by.session.context)
	s.mu.Unlock()
	return struct {
		Online     sessionLimitsItem   `json:"onlineSession"`
		Batch      sessionLimitsItem   `json:"batchSession"`
		Collective collectiveLimitItem `json:"collectiveIdentifier"`
	}{l.online.item(), l.batch.item(), collectiveLimitItem{&l.collective}}, nil
}

// setContextLimits answers POST /testdata/limits/context/session.
func (s *Server) setContextLimits(c *call) (any, error) {
	var in struct {
		Online     *sessionLimitsItem   `json:"onlineSession"`
		Batch      *sessionLimitsItem   `json:"batchSession"`
		Collective *collectiveLimitItem `json:"collectiveIdentifier"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var v validation
	l := contextLimits{online: v.sessionLimits("onlineSession", in.Online), batch: v.sessionLimits("batchSession", in.Batch)}
	if in.Collective != nil {
		l.collective = v.given("collectiveIdentifier.maxInvoices", in.Collective.Invoices, 2, 5000)
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	context := c.by.session.context
	if in.Collective == nil {
		l.collective = s.state.contextLimitsOf(context).collective
	}
	s.state.contextLimits[context] = l
	return nil, nil
}

// resetContextLimits answers DELETE /testdata/limits/context/session.
func (s *Server) resetContextLimits(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.state.contextLimits, c.by.session.context)
	return nil, nil
}
