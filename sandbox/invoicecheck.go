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

// examination is how a document is examined.
type examination struct {
	form     schema.Form
	limits   sessionLimits
	checkNIP bool
	now      time.Time
}

func (x *sending) examination(l sessionLimits, now time.Time) examination {
	return examination{x.form, l, x.checkNIP, now}
}

// examine says what is wrong with a document in itself, and what it tells. A good document is accepted as far
// as this goes.
func (e examination) examine(doc []byte) (verdict, schema.Invoice) {
	report := schema.ValidateBytes(doc, e.form, &schema.Options{
		Max:   maxViolations,
		UTF16: true, // KSeF runs on .NET
		Rules: &schema.Rules{
			Accepted: e.now, MaxSize: e.limits.size(), MaxSizeAttached: e.limits.attachedSize(), AnyNIP: !e.checkNIP,
		},
	})
	if report.Valid() {
		return accepted, report.Invoice
	}
	code := 450
	details := make([]string, len(report.Violations))
	for i, v := range report.Violations {
		if v.Code.Level() == schema.LevelXML {
			code = 430
		}
		details[i] = describe(v)
	}
	return rejected(code, details...), report.Invoice
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
	case errors.Is(err, seal.Padding):
		return rejected(435, "Nieprawidłowe dopełnienie zaszyfrowanej treści (PKCS#7).")
	case errors.Is(err, seal.PlainSize):
		return rejected(430, "Rozmiar faktury po odszyfrowaniu nie zgadza się z zadeklarowanym rozmiarem.")
	}
	return rejected(430, "Skrót SHA-256 faktury po odszyfrowaniu nie zgadza się z zadeklarowanym skrótem.")
}
