package sandbox

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/ksef-go/ksef/internal/seal"
	"github.com/ksef-go/ksef/schema"
)

// maxViolations is how many violations of a document are told.
const maxViolations = 20

// submission is an invoice on its way through the checks.
type submission struct {
	*invoice
	doc     []byte // nil once the invoice was rejected
	issuing agency
}

// examination is how the documents of a session are examined.
type examination struct {
	limits  sessionLimits
	now     time.Time // of acceptance
	offline bool      // as declared
	rulings *rulings
}

// examine checks a document as far as it can be judged alone, and takes from it what the other checks need.
// It does not look at the server's state.
func (e examination) examine(in *submission) {
	x := in.sending
	report := schema.ValidateBytes(in.doc, x.form, &schema.Options{
		Max:   maxViolations,
		UTF16: true, // KSeF runs on .NET
		Rules: &schema.Rules{
			Accepted: e.now, MaxSize: e.limits.size(), MaxSizeAttached: e.limits.attachedSize(), AnyNIP: !x.checkNIP,
		},
	})
	in.facts = report.Invoice
	in.mode = invoicingMode(e.offline, in.facts.IssueDate, in.sent)
	if in.result = invalid(report); in.result.ok() {
		offered := in.public()
		offered.XML = in.doc
		if decided := e.rulings.invoice.of(offered); decided.Code != 0 {
			in.result = verdict{status: decided}
		}
	}
	switch {
	case !in.result.ok():
		in.doc = nil
	case !sendsForItself(x.context(), in.facts.SellerNIP):
		in.issuing = readAgency(x.form, in.doc)
	}
}

// invalid is the verdict on a document with what a validation found.
func invalid(report *schema.Report) verdict {
	if report.Valid() {
		return accepted
	}
	code := 450
	details := make([]string, len(report.Violations))
	for i, v := range report.Violations {
		if v.Code.Level() == schema.LevelXML {
			code = 430
		}
		details[i] = describe(v)
	}
	return rejected(code, details...)
}

// describe tells a violation in Polish, as KSeF does, and where it is, which KSeF does not tell.
func describe(v schema.Violation) string {
	place := fmt.Sprintf("Wiersz %d, kolumna %d", v.Line, v.Column)
	if v.Path != "" {
		place += ", " + v.Path
	}
	return place + ": " + v.Message(schema.Polish)
}

// tooLarge is the verdict on a file that is larger than any invoice may be.
func tooLarge(size, most int64) verdict {
	v := schema.Violation{Code: schema.CodeSize, Value: strconv.FormatInt(size, 10), Expected: strconv.FormatInt(most, 10)}
	return rejected(430, v.Message(schema.Polish))
}

// unsealed is the verdict on content that could not be opened.
func unsealed(err error) verdict {
	switch {
	case errors.Is(err, seal.SealedSize):
		return rejected(435, "Długość zaszyfrowanej treści nie jest wielokrotnością 16 bajtów.")
	case errors.Is(err, seal.Padding):
		return rejected(435, "Nieprawidłowe dopełnienie zaszyfrowanej treści (PKCS#7).")
	case errors.Is(err, seal.PlainSize):
		return rejected(430, "Rozmiar faktury po odszyfrowaniu nie zgadza się z zadeklarowanym rozmiarem.")
	}
	return rejected(430, "Skrót SHA-256 faktury po odszyfrowaniu nie zgadza się z zadeklarowanym skrótem.")
}
