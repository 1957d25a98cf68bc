package sandbox

import (
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/schema"
)

// decide says what becomes of an invoice that was examined, and takes it into the repository if it is
// accepted. The state must be locked; now is when KSeF accepts.
func (s *Server) decide(st *state, in *submission, now time.Time) {
	i := in.invoice
	if i.result.ok() {
		s.carryOut(now)
		i.result = st.judge(i, in.issuing, now)
	}
	if !i.result.ok() {
		return
	}
	i.document = in.doc
	s.file(st, i, now.Add(s.opts.Latency))
}

// file gives an accepted invoice its number and takes it into the repository. The state must be locked.
func (s *Server) file(st *state, i *invoice, acquired time.Time) {
	i.number = s.source.ksefNumber(i.facts.SellerNIP, acquired)
	for st.byNumber[i.number] != nil {
		i.number = s.source.ksefNumber(i.facts.SellerNIP, acquired)
	}
	i.acquired = acquired
	i.store(s.storageLag())
	st.keep(i)
}

// judge checks what depends on others than the document: who may send it, attachments, duplicates.
func (st *state) judge(i *invoice, a agency, now time.Time) verdict {
	x, seller := i.sending, i.facts.SellerNIP
	if !st.maySend(x, i, a) {
		return rejected(410, "Kontekst "+x.context().String()+" nie jest uprawniony do wystawiania faktur sprzedawcy "+seller)
	}
	if i.facts.HasAttachment {
		consent := st.allow(seller, now)
		peppol := x.form == schema.PEF || x.form == schema.PEFKOR
		switch {
		case x.batch == nil && i.corrects == nil && !(peppol && consent):
			return rejected(415)
		case !consent:
			return rejected(410, "Sprzedawca "+seller+" nie posiada zgody do wysyłania faktur z załącznikami")
		}
	}
	if original := st.originals[i.uniqueKey()]; original != nil {
		return duplicate(original)
	}
	return accepted
}

// duplicate is the verdict on an invoice that is there already.
func duplicate(of *invoice) verdict {
	v := rejected(440, "Duplikat faktury. Faktura o numerze KSeF: "+of.number+
		" została już prawidłowo przesłana do systemu w sesji: "+of.sending.reference)
	v.Extensions = map[string]string{
		"originalSessionReferenceNumber": of.sending.reference,
		"originalKsefNumber":             of.number,
	}
	return v
}

// invoicingMode is how KSeF keeps an invoice: one that was issued on an earlier day than it is sent counts as
// offline whatever was declared (ksef-docs offline/automatyczne-okreslanie-trybu-offline.md).
func invoicingMode(offline bool, issued string, sent time.Time) ksef.InvoicingMode {
	if offline || len(issued) >= len(time.DateOnly) && issued[:len(time.DateOnly)] < warsawDay(sent) {
		return ksef.Offline
	}
	return ksef.Online
}
