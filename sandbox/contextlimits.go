package sandbox

// contextLimits are what a context may send. The test-data endpoints can change them.
type contextLimits struct {
	online, batch sessionLimits
}

// sessionLimits are the limits of a session; sizes are in megabytes of 1,000,000 bytes.
type sessionLimits struct {
	invoiceMB         int // of an invoice without attachments
	attachedInvoiceMB int // of one with attachments
	invoices          int
}

// defaultLimits are those of every context.
func defaultLimits() contextLimits {
	l := sessionLimits{1, 3, 10_000}
	return contextLimits{l, l}
}

// limits are the limits of the session's kind in its context.
func (st *state) limits(x *sending) sessionLimits {
	l, ok := st.contextLimits[x.context()]
	if !ok {
		l = defaultLimits()
	}
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
