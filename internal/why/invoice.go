package why

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ksef-go/ksef/schema"
)

// invoice examines a document as KSeF does an invoice, and returns what it looks at beyond the schema.
func (x *examination) invoice(file string, doc []byte) *schema.Report {
	report := schema.ValidateBytes(doc, x.Form, &schema.Options{
		Max:   x.Max + 1,
		UTF16: true, // KSeF runs on .NET
		Rules: &schema.Rules{Accepted: x.Now, AnyNIP: x.AnyNIP},
	})
	if file == "" {
		x.kind(Invoice, whatInvoice(report))
	}
	for _, v := range report.Violations {
		f := Finding{
			File: file, Check: string(v.Code), Answer: 450, Place: v.Path, Line: v.Line, Column: v.Column, Want: v.Expected, Got: v.Value,
			Problem: Text{v.Message(schema.English), v.Message(schema.Polish)}, Advice: adviceOn(v),
		}
		if v.Code.Level() == schema.LevelXML {
			f.Answer = 430
		}
		if v.Code == schema.CodeEncoding {
			f.Byte = firstInvalid(doc)
		}
		x.find(f)
	}
	if report.Invoice.HasAttachment && file == "" {
		x.note(Text{
			"it has an attachment: KSeF takes it in a batch only, from sellers who gave notice that they send attachments (statuses 415 and 410)",
			"ma załącznik: KSeF przyjmie ją tylko wsadowo, od sprzedawcy, który zgłosił zamiar wysyłania załączników (statusy 415 i 410)",
		})
	}
	return report
}

func whatInvoice(r *schema.Report) Text {
	i := r.Invoice
	if r.Form == schema.Any {
		return Text{"an XML document that KSeF has no form for", "dokument XML, dla którego KSeF nie ma struktury"}
	}
	if i.Number == "" {
		return format("an XML document of the form %s", "dokument XML w formie %s", r.Form)
	}
	return format("invoice %s of %s by seller %s, form %s", "faktura %s z dnia %s, sprzedawca %s, forma %s", i.Number, i.IssueDate, i.SellerNIP, r.Form)
}

// firstInvalid is where the octets stop being UTF-8; nil when they are.
func firstInvalid(doc []byte) *int64 {
	if utf8.Valid(doc) {
		return nil
	}
	at := int64(0)
	for rest := doc; ; {
		r, size := utf8.DecodeRune(rest)
		if r == utf8.RuneError && size < 2 {
			return &at
		}
		at += int64(size)
		rest = rest[size:]
	}
}

// adviceOn says what to do about a violation, where that is not plain from the violation itself.
func adviceOn(v schema.Violation) Text {
	switch v.Code {
	case schema.CodeEncoding:
		return Text{"save the document as UTF-8 and let its declaration say so", "zapisz dokument w UTF-8 i tak go zadeklaruj"}
	case schema.CodeByteOrderMark:
		return Text{`save as "UTF-8 without BOM": the first three bytes (EF BB BF) must go`, "zapisz jako „UTF-8 bez BOM”: pierwsze trzy bajty (EF BB BF) są zbędne"}
	case schema.CodeDoctype:
		return Text{"remove the <!DOCTYPE …>: the schema is known from the namespace", "usuń <!DOCTYPE …>: schemę wskazuje przestrzeń nazw"}
	case schema.CodeUnexpectedEnd:
		return Text{"the file was cut off: write or fetch it again", "plik jest ucięty: zapisz lub pobierz go ponownie"}
	case schema.CodeSize:
		return adviceSize
	case schema.CodeEndTag:
		return Text{"close every element with its own name, the innermost first", "zamykaj każdy element jego własną nazwą, od najbardziej zagnieżdżonego"}
	case schema.CodeReference, schema.CodeTag:
		return Text{"write & as &amp; and < as &lt; in text", "w tekście zapisuj & jako &amp;, a < jako &lt;"}
	case schema.CodeCharacter, schema.CodeDiscouraged:
		return Text{"remove the control character; it often comes in with text that was copied", "usuń znak sterujący; często trafia tu z kopiowanym tekstem"}
	case schema.CodeInstruction:
		return Text{"remove <?…?>, such as a reference to a stylesheet", "usuń <?…?>, np. odwołanie do arkusza stylów"}
	case schema.CodeForm:
		return Text{"open the session for the form that the document has, or issue the document in the session's form", "otwórz sesję dla formy dokumentu albo wystaw dokument w formie sesji"}
	case schema.CodeUnexpectedElement, schema.CodeMissingElement:
		return Text{"elements must stand in the order of the schema: put in what is missing before this place, or move this element", "elementy muszą stać w kolejności ze schemy: uzupełnij brak przed tym miejscem albo przenieś element"}
	case schema.CodeUndeclared, schema.CodeNamespace:
		return Text{"check the namespace: a name counts only together with it", "sprawdź przestrzeń nazw: nazwa liczy się tylko razem z nią"}
	case schema.CodeIssueDate:
		return Text{"P_1 cannot be later than the day in Poland on which KSeF gets the invoice: send it then, or correct the date", "P_1 nie może być późniejsza niż dzień otrzymania faktury przez KSeF: wyślij ją wtedy lub popraw datę"}
	case schema.CodeNIP:
		return Text{"look the NIP up: one of its digits is wrong", "sprawdź NIP: jedna z cyfr jest błędna"}
	case schema.CodeFractionDigits, schema.CodeTotalDigits:
		return Text{"round before writing the amount", "zaokrąglij kwotę przed zapisem"}
	case schema.CodeMinLength:
		return Text{"leave an optional element out instead of leaving it empty", "pomiń element nieobowiązkowy zamiast zostawiać go pusty"}
	}
	if strings.Contains(v.Value, ",") && strings.Trim(v.Value, "0123456789,. -") == "" {
		return Text{"amounts have a decimal point, and no separators of thousands", "w kwotach używa się kropki dziesiętnej, bez separatorów tysięcy"}
	}
	if strings.TrimSpace(v.Value) != v.Value {
		return Text{"remove the space around the value", "usuń odstępy wokół wartości"}
	}
	if v.Code == schema.CodeType {
		return adviceOnType(v.Expected)
	}
	if v.Expected != "" {
		return Text{"write the value as the schema expects it", "zapisz wartość tak, jak wymaga struktura"}
	}
	return Text{"correct it at this place", "popraw w tym miejscu"}
}

// adviceOnType says how values of a type of the ministry's are written. Its names begin with what they are.
func adviceOnType(name string) Text {
	is := func(prefixes ...string) bool {
		return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
	}
	switch {
	case is("TDataCzas"):
		return Text{"write a moment as 2026-02-01T08:00:00Z", "zapisz chwilę jako 2026-02-01T08:00:00Z"}
	case is("TData"):
		return Text{"write a date as year-month-day: 2026-02-01", "zapisz datę jako rok-miesiąc-dzień: 2026-02-01"}
	case is("TKwot", "TIlosci", "TProcentowy"):
		return Text{"write a number in digits alone, with a decimal point: 1234.56", "zapisz liczbę samymi cyframi, z kropką dziesiętną: 1234.56"}
	case is("TRok"):
		return Text{"write a year in four digits: 2026", "zapisz rok czterema cyframi: 2026"}
	}
	return Text{"write the value as the schema expects it", "zapisz wartość tak, jak wymaga struktura"}
}

var (
	tooBig     = Text{"it is larger than anything that KSeF takes", "jest większy niż wszystko, co przyjmuje KSeF"}
	adviceSize = Text{"an invoice has 1,000,000 bytes at most, 3,000,000 with an attachment: split it", "faktura ma najwyżej 1 000 000 bajtów, z załącznikiem 3 000 000: podziel ją"}
)
