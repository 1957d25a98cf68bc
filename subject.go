package ksef

// Person describes to whom a grant gives. The names are enough for who is known
// by a NIP or PESEL. Of who is known by the fingerprint of a certificate, KSeF
// wants either ID, or Born and Document.
type Person struct {
	FirstName string    // 2 to 30 characters
	LastName  string    // 2 to 81
	ID        SubjectID // a NIP or PESEL that the certificate does not show
	Born      Date
	Document  IDDocument
}

// IDDocument is an identity card or a passport.
type IDDocument struct {
	Type    string `json:"type"`    // such as "paszport"; at most 20 characters
	Number  string `json:"number"`  // at most 20 characters
	Country string `json:"country"` // which issued it, in two capital letters
}

// Company describes a company that has no Polish number.
type Company struct {
	Name    string `json:"fullName"` // at most 100 characters
	Address string `json:"address"`  // at most 512
}

// Holder is who holds a certificate that is known by its fingerprint: a [Person]
// with their documents or a [Company].
type Holder interface {
	holder(a *arguments, field string) subjectDetails
}

// SubjectKind is how somebody was described. Unknown ones survive decoding.
type SubjectKind string

// The kinds of descriptions.
const (
	PersonByIdentifier                   SubjectKind = "PersonByIdentifier"
	PersonByFingerprintWithIdentifier    SubjectKind = "PersonByFingerprintWithIdentifier"
	PersonByFingerprintWithoutIdentifier SubjectKind = "PersonByFingerprintWithoutIdentifier"
	EntityByIdentifier                   SubjectKind = "EntityByIdentifier"
	EntityByFingerprint                  SubjectKind = "EntityByFingerprint"
)

// PersonDetails is a person as a grant described them.
type PersonDetails struct {
	Kind      SubjectKind `json:"subjectDetailsType"`
	FirstName string      `json:"firstName"`
	LastName  string      `json:"lastName"`
	ID        Identifier  `json:"personIdentifier,omitzero"`
	Born      Date        `json:"birthDate,omitempty"`
	Document  IDDocument  `json:"idDocument,omitzero"`
}

// EntityDetails is a taxpayer or company as a grant described it.
type EntityDetails struct {
	Kind    SubjectKind `json:"subjectDetailsType"`
	Name    string      `json:"fullName"`
	Address string      `json:"address,omitempty"`
}

// subjectDetails is a description on its way to KSeF: its kind and the member
// that goes with it.
type subjectDetails struct {
	Kind      SubjectKind       `json:"subjectDetailsType"`
	ByID      *personNames      `json:"personById,omitempty"`
	WithID    *personWithID     `json:"personByFpWithId,omitempty"`
	WithoutID *personWithPapers `json:"personByFpNoId,omitempty"`
	Entity    *Company          `json:"entityByFp,omitempty"`
}

type personNames struct {
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
}

type personWithID struct {
	personNames
	ID Identifier `json:"identifier"`
}

type personWithPapers struct {
	personNames
	Born     Date       `json:"birthDate"`
	Document IDDocument `json:"idDocument"`
}

// details describes p, who is known to KSeF as to says.
func (p Person) details(a *arguments, field string, to Identifier) subjectDetails {
	if to.Kind == KindFingerprint {
		return p.holder(a, field)
	}
	if p.ID != nil || p.papers() {
		a.fault(field, "only the names are wanted of who is known by a NIP or PESEL")
	}
	return subjectDetails{Kind: PersonByIdentifier, ByID: new(p.names(a, field))}
}

func (p Person) holder(a *arguments, field string) subjectDetails {
	names := p.names(a, field)
	switch {
	case p.ID != nil && p.papers():
		a.fault(field, "has both ID and Born or Document: want the ID only")
	case p.ID != nil:
		id := a.id(field+".ID", p.ID, KindNIP, KindPESEL)
		return subjectDetails{Kind: PersonByFingerprintWithIdentifier, WithID: &personWithID{names, id}}
	case !p.papers():
		a.fault(field, "a fingerprint does not tell who it is: want ID, or Born and Document")
	}
	if p.Born.midnight().IsZero() {
		a.fault(field+".Born", "want a day like 1980-12-31, got %q", p.Born)
	}
	a.text(field+".Document.Type", p.Document.Type, 1, 20)
	a.text(field+".Document.Number", p.Document.Number, 1, 20)
	if c := p.Document.Country; len(c) != 2 || c[0] < 'A' || c[0] > 'Z' || c[1] < 'A' || c[1] > 'Z' {
		a.fault(field+".Document.Country", "want two capital letters like DE, got %q", c)
	}
	return subjectDetails{Kind: PersonByFingerprintWithoutIdentifier, WithoutID: &personWithPapers{names, p.Born, p.Document}}
}

// papers reports whether p has anything of what identifies who has no number.
func (p Person) papers() bool { return p.Born != "" || p.Document != IDDocument{} }

func (p Person) names(a *arguments, field string) personNames {
	a.text(field+".FirstName", p.FirstName, 2, 30)
	a.text(field+".LastName", p.LastName, 2, 81)
	return personNames{p.FirstName, p.LastName}
}

func (c Company) holder(a *arguments, field string) subjectDetails {
	c.check(a, field)
	return subjectDetails{Kind: EntityByFingerprint, Entity: &c}
}

func (c Company) check(a *arguments, field string) {
	a.text(field+".Name", c.Name, 1, 100)
	a.text(field+".Address", c.Address, 1, 512)
}

// holder checks that there is somebody, and who it is.
func (a *arguments) holder(field string, h Holder) subjectDetails {
	if h == nil {
		a.fault(field, "is missing: want a Person or a Company")
		return subjectDetails{}
	}
	return h.holder(a, field)
}
