package sandbox

import (
	"strings"
	"time"
)

// personDetails is a person who was granted something, in answers.
type personDetails struct {
	Type       string      `json:"subjectDetailsType"`
	FirstName  string      `json:"firstName"`
	LastName   string      `json:"lastName"`
	Identifier *identifier `json:"personIdentifier,omitempty"`
	Born       string      `json:"birthDate,omitempty"`
	Document   *idDocument `json:"idDocument,omitempty"`
}

// entityDetails is an organisation that was granted something, in answers.
type entityDetails struct {
	Type    string `json:"subjectDetailsType"`
	Name    string `json:"fullName"`
	Address string `json:"address,omitempty"`
}

// euDetails is an EU taxpayer or another foreign organisation, in requests and answers.
type euDetails struct {
	Name    string `json:"fullName"`
	Address string `json:"address"`
}

// idDocument proves who a person is, in requests and answers.
type idDocument struct {
	Type    string `json:"type"`
	Number  string `json:"number"`
	Country string `json:"country"`
}

// The types of subjectDetails.
const (
	personByIdentifier       = "PersonByIdentifier"
	personByFingerprint      = "PersonByFingerprintWithIdentifier"
	personByFingerprintAlone = "PersonByFingerprintWithoutIdentifier"
	entityByIdentifier       = "EntityByIdentifier"
	entityByFingerprint      = "EntityByFingerprint"
)

// subjectGiven is the subjectDetails of a request that grants something: the type, and the member that goes
// with it.
type subjectGiven struct {
	Type       string            `json:"subjectDetailsType"`
	ByID       *personGiven      `json:"personById"`
	ByFPWithID *identifiedPerson `json:"personByFpWithId"`
	ByFPAlone  *documentedPerson `json:"personByFpNoId"`
	Entity     *euDetails        `json:"entityByFp"`
}

type personGiven struct {
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
}

type identifiedPerson struct {
	personGiven
	Identifier identifier `json:"identifier"`
}

type documentedPerson struct {
	personGiven
	Born     *date      `json:"birthDate"`
	Document idDocument `json:"idDocument"`
}

// check validates the details, which must be of one of the types, and returns them as they will be told.
func (d *subjectGiven) check(v *validation, types ...string) (*personDetails, *entityDetails) {
	const name = "subjectDetails"
	if !v.required(name, d != nil) {
		return nil, nil
	}
	d.Type = v.oneOf(name+".subjectDetailsType", d.Type, types...)
	switch d.Type {
	case personByIdentifier:
		if v.required(name+".personById", d.ByID != nil) {
			return d.ByID.check(v, name+".personById", d.Type), nil
		}
	case personByFingerprint:
		if in := d.ByFPWithID; v.required(name+".personByFpWithId", in != nil) {
			p := in.check(v, name+".personByFpWithId", d.Type)
			v.identifier(name+".personByFpWithId.identifier", &in.Identifier, personKinds...)
			p.Identifier = &in.Identifier
			return p, nil
		}
	case personByFingerprintAlone:
		if in := d.ByFPAlone; v.required(name+".personByFpNoId", in != nil) {
			return in.check(v, name+".personByFpNoId", d.Type), nil
		}
	case entityByFingerprint:
		if in := d.Entity; v.required(name+".entityByFp", in != nil) {
			in.check(v, name+".entityByFp")
			return nil, &entityDetails{d.Type, in.Name, in.Address}
		}
	}
	return nil, nil
}

func (in *personGiven) check(v *validation, name, kind string) *personDetails {
	v.length(name+".firstName", in.FirstName, 2, 30)
	v.length(name+".lastName", in.LastName, 2, 81)
	return &personDetails{Type: kind, FirstName: in.FirstName, LastName: in.LastName}
}

func (in *documentedPerson) check(v *validation, name, kind string) *personDetails {
	p := in.personGiven.check(v, name, kind)
	if v.required(name+".birthDate", in.Born != nil) {
		p.Born = time.Time(*in.Born).Format(time.DateOnly)
	}
	v.upTo(name+".idDocument.type", in.Document.Type, 20)
	v.upTo(name+".idDocument.number", in.Document.Number, 20)
	v.form(name+".idDocument.country", in.Document.Country, isCountry(in.Document.Country))
	p.Document = &in.Document
	return p
}

func (in *euDetails) check(v *validation, name string) {
	v.upTo(name+".fullName", in.Name, 100)
	v.upTo(name+".address", in.Address, 512)
}

// isCountry is the form of a code of ISO 3166-1 alpha-2.
func isCountry(s string) bool {
	return len(s) == 2 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// entityGiven is the subjectDetails of a request that grants something to a taxpayer.
type entityGiven struct {
	Name string `json:"fullName"`
}

func (in *entityGiven) check(v *validation) *entityDetails {
	if !v.required("subjectDetails", in != nil) {
		return nil
	}
	v.length("subjectDetails.fullName", in.Name, 5, 90)
	return &entityDetails{Type: entityByIdentifier, Name: in.Name}
}
