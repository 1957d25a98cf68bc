package cli

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ksef-go/ksef"
)

// grantForm is one way to give permissions: its flags, and the grant that they
// make. The columns of a file of grants are the same flags.
type grantForm struct {
	name        string
	short       string
	example     string
	unknown     string // the command that shows what was granted
	permissions []string
	define      func(*pflag.FlagSet)
	grant       func() (ksef.Grant, error)
}

// grantForms are the seven, each with flags of its own that nobody has set.
func (a *app) grantForms() []*grantForm {
	return []*grantForm{
		a.personGrant(), a.entityGrant(), a.authorizationGrant(), a.indirectGrant(), a.subunitGrant(), a.euAdminGrant(), a.euEntityGrant(),
	}
}

func (a *app) newPermissionGrant() *cobra.Command {
	var commands []*cobra.Command
	for _, form := range a.grantForms() {
		commands = append(commands, a.newGrant(form))
	}
	return a.group("grant", a.say.permissionGrantShort(), commands...)
}

func (a *app) newGrant(form *grantForm) *cobra.Command {
	var noWait bool
	cmd := &cobra.Command{
		Use:     form.name,
		Short:   form.short,
		Example: form.example,
		Args:    a.noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			grant, err := form.grant()
			if err != nil {
				return err
			}
			return a.changePermission(cmd.Context(), noWait, a.say.granted(), func(ctx context.Context, p *ksef.Permissions) (ksef.ReferenceNumber, error) {
				ref, err := p.StartGrant(ctx, grant)
				return ref, a.hintedUnknown(err, form.unknown)
			})
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	form.define(f)
	f.BoolVar(&noWait, "no-wait", false, a.say.noWaitFlag())
	for _, name := range []string{"permission", "authorization"} {
		if f.Lookup(name) != nil {
			completeFlag(cmd, name, form.permissions)
		}
	}
	return cmd
}

// clientPermissions are those that one taxpayer can give another, and that can be
// passed on.
func clientPermissions() []string {
	return permissionNames(ksef.InvoiceRead, ksef.InvoiceWrite, ksef.CollectiveIdentifierManage)
}

func (a *app) personGrant() *grantForm {
	to := identifiersOf("to", ksef.KindNIP, ksef.KindPESEL, ksef.KindFingerprint)
	known := permissionNames(ksef.InvoiceRead, ksef.InvoiceWrite, ksef.CredentialsRead, ksef.CredentialsManage,
		ksef.Introspection, ksef.SubunitManage, ksef.EnforcementOperations, ksef.CollectiveIdentifierManage)
	var who personFlags
	var what permissionFlags
	return &grantForm{
		name: "person", short: a.say.grantPersonShort(), unknown: "ksef permission list --granted", permissions: known,
		example: "  ksef permission grant person --to-pesel 44051401359 --first-name Anna --last-name Nowak \\\n" +
			"    --permission InvoiceRead,InvoiceWrite --description \"Accountant\"",
		define: func(f *pflag.FlagSet) {
			to.define(f, a.say)
			who.define(a, f)
			what.define(a, f, known)
		},
		grant: func() (ksef.Grant, error) {
			g := ksef.PersonGrant{Description: what.description}
			var err error
			if g.To, err = to.want(a.say); err != nil {
				return nil, err
			}
			if g.Person, err = who.person(a); err != nil {
				return nil, err
			}
			g.Permissions, err = what.values(a, known)
			return g, err
		},
	}
}

func (a *app) entityGrant() *grantForm {
	to := identifiersOf("to", ksef.KindNIP)
	var name string
	var delegate bool
	var what permissionFlags
	return &grantForm{
		name: "entity", short: a.say.grantEntityShort(), unknown: "ksef permission list --granted", permissions: clientPermissions(),
		example: "  ksef permission grant entity --to-nip 5265877635 --name \"An accounting office\" --delegate \\\n" +
			"    --permission InvoiceRead,InvoiceWrite --description \"Keeps our books\"",
		define: func(f *pflag.FlagSet) {
			to.define(f, a.say)
			a.textVar(f, &name, "name", leastText, mostEntity, a.say.entityNameFlag())
			what.define(a, f, clientPermissions())
			f.BoolVar(&delegate, "delegate", false, a.say.delegateFlag())
		},
		grant: func() (ksef.Grant, error) {
			id, err := to.want(a.say)
			if err != nil {
				return nil, err
			}
			permissions, err := what.values(a, clientPermissions())
			if err != nil {
				return nil, err
			}
			g := ksef.EntityGrant{To: ksef.NIP(id.Value), Name: name, Description: what.description}
			for _, p := range permissions {
				g.Permissions = append(g.Permissions, ksef.EntityPermission{Permission: p, CanDelegate: delegate})
			}
			return g, nil
		},
	}
}

func authorizations() []string {
	return texts([]ksef.Authorization{ksef.SelfInvoicing, ksef.RRInvoicing, ksef.TaxRepresentative, ksef.PEFInvoicing})
}

func (a *app) authorizationGrant() *grantForm {
	to := identifiersOf("to", ksef.KindNIP, ksef.KindPeppolID)
	var name, authorization, description string
	return &grantForm{
		name: "authorization", short: a.say.grantAuthorizationShort(), unknown: "ksef permission authorizations", permissions: authorizations(),
		example: "  ksef permission grant authorization --to-nip 5265877635 --name \"A buyer\" \\\n" +
			"    --authorization SelfInvoicing --description \"Self-invoicing\"",
		define: func(f *pflag.FlagSet) {
			to.define(f, a.say)
			a.textVar(f, &name, "name", leastText, mostEntity, a.say.entityNameFlag())
			f.StringVar(&authorization, "authorization", "", a.say.authorizationFlag(authorizations()))
			a.descriptionVar(f, &description, a.say.descriptionFlag())
		},
		grant: func() (ksef.Grant, error) {
			id, err := to.want(a.say)
			if err != nil {
				return nil, err
			}
			kind, err := a.oneOf("authorization", authorization, authorizations())
			if err != nil {
				return nil, err
			}
			return ksef.AuthorizationGrant{To: id, Name: name, Authorization: ksef.Authorization(kind), Description: description}, nil
		},
	}
}

func (a *app) indirectGrant() *grantForm {
	to := identifiersOf("to", ksef.KindNIP, ksef.KindPESEL, ksef.KindFingerprint)
	client := newTargetFlags()
	var who personFlags
	var what permissionFlags
	return &grantForm{
		name: "indirect", short: a.say.grantIndirectShort(), unknown: "ksef permission list --granted", permissions: clientPermissions(),
		example: "  ksef permission grant indirect --to-pesel 44051401359 --first-name Anna --last-name Nowak \\\n" +
			"    --for-nip 5261040828 --permission InvoiceRead --description \"Accountant of this client\"",
		define: func(f *pflag.FlagSet) {
			to.define(f, a.say)
			who.define(a, f)
			client.define(f, a.say)
			what.define(a, f, clientPermissions())
		},
		grant: func() (ksef.Grant, error) {
			g := ksef.IndirectGrant{Description: what.description}
			var err error
			if g.To, err = to.want(a.say); err != nil {
				return nil, err
			}
			if g.Person, err = who.person(a); err != nil {
				return nil, err
			}
			if g.For, err = client.value(a.say); err != nil {
				return nil, err
			}
			if g.For == nil {
				return nil, &usageError{a.say.wantFlag(client.names()), a.say.hintAllClients()}
			}
			g.Permissions, err = what.values(a, clientPermissions())
			return g, err
		},
	}
}

func (a *app) subunitGrant() *grantForm {
	to := identifiersOf("to", ksef.KindNIP, ksef.KindPESEL, ksef.KindFingerprint)
	unit := unitFlags()
	var who personFlags
	var name, description string
	return &grantForm{
		name: "subunit", short: a.say.grantSubunitShort(), unknown: "ksef permission subunits",
		example: "  ksef permission grant subunit --to-pesel 44051401359 --first-name Anna --last-name Nowak \\\n" +
			"    --unit 5261040828-12344 --name \"Branch in Gdańsk\" --description \"Head of the branch\"",
		define: func(f *pflag.FlagSet) {
			to.define(f, a.say)
			who.define(a, f)
			unit.define(f, a.say)
			a.textVar(f, &name, "name", leastText, mostText, a.say.unitNameFlag())
			a.descriptionVar(f, &description, a.say.descriptionFlag())
		},
		grant: func() (ksef.Grant, error) {
			g := ksef.SubunitGrant{Name: name, Description: description}
			var err error
			if g.To, err = to.want(a.say); err != nil {
				return nil, err
			}
			if g.Person, err = who.person(a); err != nil {
				return nil, err
			}
			g.Unit, err = unit.want(a.say)
			return g, err
		},
	}
}

func (a *app) euAdminGrant() *grantForm {
	to := identifiersOf("to", ksef.KindFingerprint)
	var who holderFlags
	var entity, label, description string
	var company ksef.Company
	return &grantForm{
		name: "eu-admin", short: a.say.grantEUAdminShort(), unknown: "ksef permission eu",
		example: "  ksef permission grant eu-admin --to-fingerprint \"$FINGERPRINT\" \\\n" +
			"    --holder-name \"Firma GmbH\" --holder-address \"Berlin\" --entity 5261040828-DE123456789 \\\n" +
			"    --company-name \"Firma GmbH\" --company-address \"Berlin\" --description \"Their administrator\"",
		define: func(f *pflag.FlagSet) {
			to.define(f, a.say)
			who.define(a, f)
			parsedVar(f, &entity, "entity", a.say.euEntityFlag(), ksef.ParseVATUE)
			a.textVar(f, &company.Name, "company-name", 1, mostCompany, a.say.companyNameFlag())
			a.textVar(f, &company.Address, "company-address", 1, mostAddress, a.say.companyAddressFlag())
			a.textVar(f, &label, "label", leastText, mostText, a.say.companyLabelFlag())
			a.descriptionVar(f, &description, a.say.descriptionFlag())
		},
		grant: func() (ksef.Grant, error) {
			id, err := to.want(a.say)
			if err != nil {
				return nil, err
			}
			g := ksef.EUAdminGrant{To: ksef.Fingerprint(id.Value), Company: company, Label: label, Description: description}
			if g.Holder, err = who.holder(a); err != nil {
				return nil, err
			}
			if entity == "" {
				return nil, &usageError{a.say.wantFlag([]string{"--entity"}), ""}
			}
			g.Entity = ksef.VATUE(entity)
			return g, nil
		},
	}
}

func (a *app) euEntityGrant() *grantForm {
	to := identifiersOf("to", ksef.KindFingerprint)
	known := permissionNames(ksef.InvoiceRead, ksef.InvoiceWrite)
	var who holderFlags
	var what permissionFlags
	return &grantForm{
		name: "eu-entity", short: a.say.grantEUEntityShort(), unknown: "ksef permission eu", permissions: known,
		example: "  ksef permission grant eu-entity --to-fingerprint \"$FINGERPRINT\" \\\n" +
			"    --first-name Anna --last-name Muster \\\n" +
			"    --born 1980-12-31 --document-type passport --document-number C01X00T47 --document-country DE \\\n" +
			"    --permission InvoiceRead --description \"Their accountant\"",
		define: func(f *pflag.FlagSet) {
			to.define(f, a.say)
			who.define(a, f)
			what.define(a, f, known)
		},
		grant: func() (ksef.Grant, error) {
			id, err := to.want(a.say)
			if err != nil {
				return nil, err
			}
			g := ksef.EUEntityGrant{To: ksef.Fingerprint(id.Value), Description: what.description}
			if g.Holder, err = who.holder(a); err != nil {
				return nil, err
			}
			g.Permissions, err = what.values(a, known)
			return g, err
		},
	}
}
