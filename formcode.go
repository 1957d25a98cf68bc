package ksef

// FormCode names an invoice schema as KSeF does. The zero FormCode means [FA3].
type FormCode struct {
	System string `json:"systemCode"`    // "FA (3)"
	Schema string `json:"schemaVersion"` // "1-0E"
	Value  string `json:"value"`         // "FA"
}

// The schemas KSeF accepts (ksef-docs, "Kody formularzy"). FA(2) is accepted in
// Test only, PEF in online sessions of Peppol providers only.
var (
	FA2    = FormCode{"FA (2)", "1-0E", "FA"}
	FA3    = FormCode{"FA (3)", "1-0E", "FA"}
	FARR1  = FormCode{"FA_RR (1)", "1-1E", "FA_RR"}
	PEF3   = FormCode{"PEF (3)", "2-1", "PEF"}
	PEFKOR = FormCode{"PEF_KOR (3)", "2-1", "PEF"}
)

// String returns the system code.
func (f FormCode) String() string { return f.orDefault().System }

func (f FormCode) orDefault() FormCode {
	if f == (FormCode{}) {
		return FA3
	}
	return f
}
