package cli

import (
	"regexp"

	"github.com/spf13/pflag"

	"github.com/ksef-go/ksef"
)

// permissionFlags say which permissions a grant gives, and why.
type permissionFlags struct {
	permissions []string
	description string
}

func (p *permissionFlags) define(a *app, f *pflag.FlagSet, known []string) {
	f.StringSliceVar(&p.permissions, "permission", nil, a.say.permissionFlag(known))
	a.descriptionVar(f, &p.description, a.say.descriptionFlag())
}

func (p *permissionFlags) values(a *app, known []string) ([]ksef.Permission, error) {
	if len(p.permissions) == 0 {
		return nil, &usageError{a.say.wantFlag([]string{"--permission"}), ""}
	}
	return a.permissionsOf(p.permissions, known)
}

// personFlags describe a person.
type personFlags struct {
	firstName, lastName string
	id                  identifierFlags
	born                string
	document            ksef.IDDocument
}

func (p *personFlags) define(a *app, f *pflag.FlagSet) {
	a.textVar(f, &p.firstName, "first-name", leastName, mostFirstName, a.say.firstNameFlag())
	a.textVar(f, &p.lastName, "last-name", leastName, mostLastName, a.say.lastNameFlag())
	p.id = identifiersOf("id", ksef.KindNIP, ksef.KindPESEL)
	p.id.define(f, a.say)
	f.StringVar(&p.born, "born", "", a.say.bornFlag())
	a.textVar(f, &p.document.Type, "document-type", 1, mostDocument, a.say.documentTypeFlag())
	a.textVar(f, &p.document.Number, "document-number", 1, mostDocument, a.say.documentNumberFlag())
	patternVar(f, &p.document.Country, "document-country", a.say.documentCountryFlag(), country, a.say.wantCountry())
}

// country is the form of the code of a country (ISO 3166).
var country = regexp.MustCompile(`^[A-Z]{2}$`)

func (p *personFlags) person(a *app) (ksef.Person, error) {
	person := ksef.Person{FirstName: p.firstName, LastName: p.lastName, Document: p.document}
	id, err := p.id.value(a.say)
	if err != nil {
		return person, err
	}
	if id != nil {
		person.ID = *id
	}
	person.Born, err = a.day("born", p.born)
	return person, err
}

// holderFlags describe who holds a certificate: a person or a company.
type holderFlags struct {
	personFlags
	company ksef.Company
}

func (h *holderFlags) define(a *app, f *pflag.FlagSet) {
	h.personFlags.define(a, f)
	a.textVar(f, &h.company.Name, "holder-name", 1, mostCompany, a.say.holderNameFlag())
	a.textVar(f, &h.company.Address, "holder-address", 1, mostAddress, a.say.holderAddressFlag())
}

func (h *holderFlags) holder(a *app) (ksef.Holder, error) {
	person, err := h.person(a)
	switch {
	case err != nil:
		return nil, err
	case h.company == ksef.Company{}:
		return person, nil
	case person != ksef.Person{}:
		return nil, &usageError{a.say.personOrCompany(), ""}
	}
	return h.company, nil
}

// unitFlags name a unit: one that KSeF knows by its NIP, or one of the
// taxpayer's own.
func unitFlags() identifierFlags {
	return identifierFlags{{flag: "unit-nip", kind: ksef.KindNIP}, {flag: "unit", kind: ksef.KindInternalID}}
}

// targetFlags say for which clients a permission is.
type targetFlags struct {
	one identifierFlags
	all bool
}

func newTargetFlags() *targetFlags {
	return &targetFlags{one: identifiersOf("for", ksef.KindNIP, ksef.KindInternalID)}
}

func (t *targetFlags) define(f *pflag.FlagSet, say language) {
	t.one.define(f, say)
	f.BoolVar(&t.all, "for-all-clients", false, say.allClientsFlag())
}

func (t *targetFlags) names() []string { return append(t.one.names(), "--for-all-clients") }

// value returns the target that was given; nil when none was.
func (t *targetFlags) value(say language) (ksef.TargetID, error) {
	id, err := t.one.value(say)
	switch {
	case err != nil:
		return nil, err
	case id != nil && t.all:
		return nil, &usageError{say.oneOfFlags(t.names()), ""}
	case t.all:
		return ksef.AllPartners, nil
	case id != nil:
		return *id, nil
	}
	return nil, nil
}
