package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
)

func (a *app) newPermissionGrant() *cobra.Command {
	subject := []ksef.Kind{ksef.KindNIP, ksef.KindPESEL, ksef.KindFingerprint}
	return a.group("grant", a.say.grantShort(),
		a.newGrant("person", a.say.grantPersonShort(), subject, forPerson|withPermissions, a.personGrant),
		a.newGrant("entity", a.say.grantEntityShort(), []ksef.Kind{ksef.KindNIP}, forEntity|withPermissions|withDelegation, a.entityGrant),
		a.newGrant("authorization", a.say.grantAuthorizationShort(), []ksef.Kind{ksef.KindNIP, ksef.KindPeppolID}, forEntity|withAuthorization, a.authorizationGrant),
		a.newGrant("indirect", a.say.grantIndirectShort(), subject, forPerson|withPermissions|withTarget, a.indirectGrant),
		a.newGrant("subunit", a.say.grantSubunitShort(), subject, forPerson|withUnit, a.subunitGrant),
		a.newGrant("eu-admin", a.say.grantEUAdminShort(), []ksef.Kind{ksef.KindFingerprint}, forPerson|forHolder|withEntity, a.euAdminGrant),
		a.newGrant("eu-entity", a.say.grantEUEntityShort(), []ksef.Kind{ksef.KindFingerprint}, forPerson|forHolder|withPermissions, a.euEntityGrant),
	)
}

// grantFlags are the flags of all grants; each has those it needs.
type grantFlags struct {
	to, person, target, unit       identifierFlags
	everybody                      bool // every client
	description, born              string
	firstName, lastName            string
	idType, idNumber, idCountry    string
	holderName, holderAddress      string
	name                           string
	permissions                    []string
	delegate                       bool
	authorization                  string
	entity, company, address, line string
	noWait                         bool
}

// grantParts says which flags a grant has.
type grantParts uint

const (
	forPerson grantParts = 1 << iota
	forHolder
	forEntity
	withPermissions
	withDelegation
	withAuthorization
	withTarget
	withUnit
	withEntity
)

func (a *app) newGrant(use, short string, to []ksef.Kind, parts grantParts, read func(*grantFlags) (ksef.Grant, error)) *cobra.Command {
	o := &grantFlags{
		to:     identifiersOf("to", to...),
		person: identifiersOf("person", ksef.KindNIP, ksef.KindPESEL),
		target: identifiersOf("for", ksef.KindNIP, ksef.KindInternalID),
		unit:   identifiersOf("of", ksef.KindNIP, ksef.KindInternalID),
	}
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  a.noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			grant, err := read(o)
			if err != nil {
				return err
			}
			return a.grant(cmd.Context(), grant, o.noWait)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	has := func(part grantParts) bool { return parts&part != 0 }
	text := func(to *string, name, usage string) { f.StringVar(to, name, "", usage) }
	o.to.define(f, a.say)
	if has(forPerson) {
		text(&o.firstName, "first-name", a.say.firstNameFlag())
		text(&o.lastName, "last-name", a.say.lastNameFlag())
		o.person.define(f, a.say)
		text(&o.born, "born", a.say.bornFlag())
		text(&o.idType, "document-type", a.say.documentTypeFlag())
		text(&o.idNumber, "document-number", a.say.documentNumberFlag())
		text(&o.idCountry, "document-country", a.say.documentCountryFlag())
	}
	if has(forHolder) {
		text(&o.holderName, "holder-name", a.say.holderNameFlag())
		text(&o.holderAddress, "holder-address", a.say.holderAddressFlag())
	}
	if has(forEntity) {
		text(&o.name, "name", a.say.entityNameFlag())
	}
	if has(withAuthorization) {
		text(&o.authorization, "authorization", a.say.authorizationNameFlag())
		completeFlag(cmd, "authorization", authorizations())
	}
	if has(withTarget) {
		o.target.define(f, a.say)
		f.BoolVar(&o.everybody, "for-all", false, a.say.forAllFlag())
	}
	if has(withUnit) {
		o.unit.define(f, a.say)
		text(&o.name, "name", a.say.unitNameFlag())
	}
	if has(withEntity) {
		text(&o.entity, "entity", a.say.euEntityFlag())
		text(&o.company, "company", a.say.companyFlag())
		text(&o.address, "company-address", a.say.companyAddressFlag())
		text(&o.line, "label", a.say.companyLabelFlag())
	}
	if has(withPermissions) {
		f.StringSliceVar(&o.permissions, "permission", nil, a.say.permissionFlag(grantable()))
		completeFlag(cmd, "permission", grantable())
	}
	if has(withDelegation) {
		f.BoolVar(&o.delegate, "can-delegate", false, a.say.delegateFlag())
	}
	text(&o.description, "description", a.say.descriptionFlag())
	f.BoolVar(&o.noWait, "no-wait", false, a.say.noWaitFlag())
	return cmd
}

// grant gives a permission. It is sent once; what to do when the answer is lost,
// the hint says.
func (a *app) grant(ctx context.Context, g ksef.Grant, noWait bool) error {
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		ref, err := s.Permissions.StartGrant(ctx, g)
		if err != nil {
			return err
		}
		if !noWait {
			if err := s.Permissions.Wait(ctx, ref); err != nil {
				return err
			}
		}
		return show(a, []column[ksef.ReferenceNumber]{
			{"referenceNumber", a.say.colReference(), func(r ksef.ReferenceNumber) any { return string(r) }},
		}, ref)
	})
}

// granted is what most grants say.
type granted struct {
	to          ksef.Identifier
	person      ksef.Person
	permissions []ksef.Permission
}

// read reads what most grants say.
func (o *grantFlags) read(a *app) (g granted, err error) {
	if g.to, err = o.to.want(a.say); err != nil {
		return g, err
	}
	if g.permissions, err = a.permissionsOf("permission", o.permissions, grantable()); err != nil {
		return g, err
	}
	g.person = ksef.Person{
		FirstName: o.firstName, LastName: o.lastName,
		Document: ksef.IDDocument{Type: o.idType, Number: o.idNumber, Country: o.idCountry},
	}
	if g.person.Born, err = a.day("born", o.born); err != nil {
		return g, err
	}
	id, err := o.person.value(a.say)
	if id != nil {
		g.person.ID = *id
	}
	return g, err
}

func (a *app) personGrant(o *grantFlags) (ksef.Grant, error) {
	g, err := o.read(a)
	return ksef.PersonGrant{To: g.to, Person: g.person, Permissions: g.permissions, Description: o.description}, err
}

func (a *app) entityGrant(o *grantFlags) (ksef.Grant, error) {
	g, err := o.read(a)
	grant := ksef.EntityGrant{To: ksef.NIP(g.to.Value), Name: o.name, Description: o.description}
	for _, p := range g.permissions {
		grant.Permissions = append(grant.Permissions, ksef.EntityPermission{Permission: p, CanDelegate: o.delegate})
	}
	return grant, err
}

func authorizations() []string {
	return texts([]ksef.Authorization{ksef.SelfInvoicing, ksef.RRInvoicing, ksef.TaxRepresentative, ksef.PEFInvoicing})
}

func (a *app) authorizationGrant(o *grantFlags) (ksef.Grant, error) {
	g, err := o.read(a)
	if err != nil {
		return nil, err
	}
	what, err := optional[ksef.Authorization](a, "authorization", o.authorization, authorizations())
	return ksef.AuthorizationGrant{To: g.to, Name: o.name, Authorization: what, Description: o.description}, err
}

func (a *app) indirectGrant(o *grantFlags) (ksef.Grant, error) {
	g, err := o.read(a)
	if err != nil {
		return nil, err
	}
	target, err := o.client(a.say)
	return ksef.IndirectGrant{To: g.to, Person: g.person, For: target, Permissions: g.permissions, Description: o.description}, err
}

// client is the client that is meant, or all of them, which has to be said.
func (o *grantFlags) client(say language) (ksef.TargetID, error) {
	one, err := o.target.value(say)
	switch {
	case err != nil:
		return nil, err
	case (one != nil) == o.everybody:
		return nil, &usageError{say.wantFlag(append(o.target.names(), "--for-all")), ""}
	case o.everybody:
		return ksef.AllPartners, nil
	}
	return *one, nil
}

func (a *app) subunitGrant(o *grantFlags) (ksef.Grant, error) {
	g, err := o.read(a)
	if err != nil {
		return nil, err
	}
	unit, err := o.unit.want(a.say)
	return ksef.SubunitGrant{To: g.to, Person: g.person, Unit: unit, Name: o.name, Description: o.description}, err
}

// holder is whose certificate it is: a company's or a person's.
func (o *grantFlags) holder(person ksef.Person) ksef.Holder {
	if o.holderName != "" {
		return ksef.Company{Name: o.holderName, Address: o.holderAddress}
	}
	return person
}

func (a *app) euAdminGrant(o *grantFlags) (ksef.Grant, error) {
	g, err := o.read(a)
	if err != nil {
		return nil, err
	}
	entity, err := ksef.ParseVATUE(o.entity)
	return ksef.EUAdminGrant{
		To: ksef.Fingerprint(g.to.Value), Holder: o.holder(g.person), Entity: entity,
		Company: ksef.Company{Name: o.company, Address: o.address}, Label: o.line, Description: o.description,
	}, err
}

func (a *app) euEntityGrant(o *grantFlags) (ksef.Grant, error) {
	g, err := o.read(a)
	return ksef.EUEntityGrant{
		To: ksef.Fingerprint(g.to.Value), Holder: o.holder(g.person), Permissions: g.permissions, Description: o.description,
	}, err
}
