package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
)

func (a *app) newTestData() *cobra.Command {
	return a.group("testdata", a.say.testdataShort(),
		a.group("subject", a.say.testSubjectShort(), a.newTestSubjectCreate(), a.newTestDataRemove(
			a.say.testSubjectRemoveShort(), (*ksef.TestData).RemoveSubject)),
		a.group("person", a.say.testPersonShort(), a.newTestPersonCreate(), a.newTestDataRemove(
			a.say.testPersonRemoveShort(), (*ksef.TestData).RemovePerson)),
		a.group("permissions", a.say.testPermissionsShort(), a.newTestPermissionsGrant(), a.newTestPermissionsRevoke()),
		a.group("attachments", a.say.testAttachmentsShort(), a.newTestAttachmentsAllow(), a.newTestAttachmentsForbid()),
		a.newTestBlock("block", a.say.testBlockShort(), (*ksef.TestData).BlockContext),
		a.newTestBlock("unblock", a.say.testUnblockShort(), (*ksef.TestData).UnblockContext),
	)
}

// testData does something with the test data and says that it is done, to
// programs by naming what.
func (a *app) testData(do func(*ksef.TestData) error, done string, what ...member) error {
	client, err := a.anonymous()
	if err != nil {
		return err
	}
	if err := do(client.TestData); err != nil {
		return err
	}
	return a.done(done, what...)
}

// nipCommand is a command about the taxpayer that its argument names.
func (a *app) nipCommand(verb, short string, run func(ctx context.Context, nip ksef.NIP) error) *cobra.Command {
	return &cobra.Command{
		Use:   verb + " NIP",
		Short: short,
		Args:  a.oneArg(a.say.aNIP),
		RunE: func(cmd *cobra.Command, args []string) error {
			nip, err := ksef.ParseNIP(args[0])
			if err != nil {
				return err
			}
			return run(cmd.Context(), nip)
		},
	}
}

func (a *app) newTestDataRemove(short string, remove func(*ksef.TestData, context.Context, ksef.NIP) error) *cobra.Command {
	return a.nipCommand("remove", short, func(ctx context.Context, nip ksef.NIP) error {
		return a.testData(func(t *ksef.TestData) error { return remove(t, ctx, nip) }, a.say.testRemoved(string(nip)),
			member{"nip", nip}, member{"removed", true})
	})
}

// subjectTypes are the kinds of made-up taxpayers.
func subjectTypes() []string {
	return texts([]ksef.SubjectType{ksef.VATGroup, ksef.LocalGovernment, ksef.EnforcementAuthority})
}

type testSubjectOptions struct {
	kind, description, created string
	subunits                   []string
}

func (a *app) newTestSubjectCreate() *cobra.Command {
	var opts testSubjectOptions
	cmd := a.nipCommand("create", a.say.testSubjectCreateShort(), func(ctx context.Context, nip ksef.NIP) error {
		return a.createTestSubject(ctx, nip, opts)
	})
	cmd.Example = "  ksef testdata subject create 5261040828 --type VatGroup --description \"A VAT group\" \\\n" +
		"    --subunit \"5265877635=A member\""
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&opts.kind, "type", "", a.say.testSubjectTypeFlag(subjectTypes()))
	a.descriptionVar(f, &opts.description, a.say.testDescriptionFlag())
	f.StringArrayVar(&opts.subunits, "subunit", nil, a.say.testSubunitFlag())
	f.StringVar(&opts.created, "created", "", a.say.testCreatedFlag())
	completeFlag(cmd, "type", subjectTypes())
	return cmd
}

func (a *app) createTestSubject(ctx context.Context, nip ksef.NIP, opts testSubjectOptions) error {
	kind, err := a.oneOf("type", opts.kind, subjectTypes())
	if err != nil {
		return err
	}
	subject := ksef.TestSubject{NIP: nip, Type: ksef.SubjectType(kind), Description: opts.description}
	if subject.Created, err = a.moment("created", opts.created); err != nil {
		return err
	}
	for _, text := range opts.subunits {
		number, description, ok := strings.Cut(text, "=")
		if !ok {
			return a.notMeant("subunit", text, a.say.wantSubunit())
		}
		unit, err := ksef.ParseNIP(number)
		if err != nil {
			return a.fault("subunit", text, err)
		}
		subject.Subunits = append(subject.Subunits, ksef.TestSubunit{NIP: unit, Description: description})
	}
	return a.testData(func(t *ksef.TestData) error { return t.CreateSubject(ctx, subject) }, a.say.testCreated(string(nip)),
		member{"nip", nip}, member{"type", subject.Type}, member{"created", true})
}

type testPersonOptions struct {
	pesel, description, created string
	bailiff, deceased           bool
}

func (a *app) newTestPersonCreate() *cobra.Command {
	var opts testPersonOptions
	cmd := a.nipCommand("create", a.say.testPersonCreateShort(), func(ctx context.Context, nip ksef.NIP) error {
		return a.createTestPerson(ctx, nip, opts)
	})
	cmd.Example = "  ksef testdata person create 5261040828 --pesel 44051401359 --description \"A sole trader\""
	f := cmd.Flags()
	f.SortFlags = false
	parsedVar(f, &opts.pesel, "pesel", a.say.testPESELFlag(), ksef.ParsePESEL)
	a.descriptionVar(f, &opts.description, a.say.testDescriptionFlag())
	f.BoolVar(&opts.bailiff, "bailiff", false, a.say.testBailiffFlag())
	f.BoolVar(&opts.deceased, "deceased", false, a.say.testDeceasedFlag())
	f.StringVar(&opts.created, "created", "", a.say.testCreatedFlag())
	return cmd
}

func (a *app) createTestPerson(ctx context.Context, nip ksef.NIP, opts testPersonOptions) error {
	if opts.pesel == "" {
		return &usageError{a.say.wantFlag([]string{"--pesel"}), ""}
	}
	pesel := ksef.PESEL(opts.pesel)
	person := ksef.TestPerson{NIP: nip, PESEL: pesel, Bailiff: opts.bailiff, Deceased: opts.deceased, Description: opts.description}
	var err error
	if person.Created, err = a.moment("created", opts.created); err != nil {
		return err
	}
	return a.testData(func(t *ksef.TestData) error { return t.CreatePerson(ctx, person) }, a.say.testCreated(string(nip)),
		member{"nip", nip}, member{"pesel", pesel}, member{"created", true})
}

type testPermissionsOptions struct {
	who         identifierFlags
	permissions []string
	description string
}

// testPermissions are what the test data can grant.
func testPermissions() []string {
	return texts([]ksef.Permission{
		ksef.InvoiceRead, ksef.InvoiceWrite, ksef.CredentialsRead, ksef.CredentialsManage,
		ksef.SubunitManage, ksef.EnforcementOperations, ksef.Introspection,
	})
}

func (a *app) newTestPermissionsGrant() *cobra.Command {
	opts := testPermissionsOptions{who: identifiersOf("to", ksef.KindNIP, ksef.KindPESEL, ksef.KindFingerprint)}
	cmd := a.nipCommand("grant", a.say.testPermissionsGrantShort(), func(ctx context.Context, nip ksef.NIP) error {
		who, err := opts.who.want(a.say)
		if err != nil {
			return err
		}
		if len(opts.permissions) == 0 {
			return &usageError{a.say.wantFlag([]string{"--permission"}), ""}
		}
		permissions, err := a.permissionsOf(opts.permissions, testPermissions())
		if err != nil {
			return err
		}
		return a.testData(func(t *ksef.TestData) error {
			return t.GrantPermissions(ctx, nip, who, opts.description, permissions...)
		}, a.say.granted(), member{"nip", nip}, member{"holderType", who.Kind}, member{"holder", who.Value},
			member{"permissions", permissions}, member{"granted", true})
	})
	cmd.Example = "  ksef testdata permissions grant 5261040828 --to-pesel 44051401359 \\\n" +
		"    --permission InvoiceRead,InvoiceWrite --description \"As if by ZAW-FA\""
	f := cmd.Flags()
	f.SortFlags = false
	opts.who.define(f, a.say)
	f.StringSliceVar(&opts.permissions, "permission", nil, a.say.permissionFlag(testPermissions()))
	a.descriptionVar(f, &opts.description, a.say.testDescriptionFlag())
	completeFlag(cmd, "permission", testPermissions())
	return cmd
}

func (a *app) newTestPermissionsRevoke() *cobra.Command {
	from := identifiersOf("from", ksef.KindNIP, ksef.KindPESEL, ksef.KindFingerprint)
	cmd := a.nipCommand("revoke", a.say.testPermissionsRevokeShort(), func(ctx context.Context, nip ksef.NIP) error {
		who, err := from.want(a.say)
		if err != nil {
			return err
		}
		return a.testData(func(t *ksef.TestData) error { return t.RevokePermissions(ctx, nip, who) }, a.say.revoked(),
			member{"nip", nip}, member{"holderType", who.Kind}, member{"holder", who.Value}, member{"revoked", true})
	})
	cmd.Flags().SortFlags = false
	from.define(cmd.Flags(), a.say)
	return cmd
}

func (a *app) newTestAttachmentsAllow() *cobra.Command {
	return a.nipCommand("allow", a.say.testAttachmentsAllowShort(), func(ctx context.Context, nip ksef.NIP) error {
		return a.testData(func(t *ksef.TestData) error { return t.AllowAttachments(ctx, nip) }, a.say.testAllowed(string(nip)),
			member{"nip", nip}, member{"allowed", true})
	})
}

func (a *app) newTestAttachmentsForbid() *cobra.Command {
	var from string
	cmd := a.nipCommand("forbid", a.say.testAttachmentsForbidShort(), func(ctx context.Context, nip ksef.NIP) error {
		day, err := a.day("from", from)
		if err != nil {
			return err
		}
		return a.testData(func(t *ksef.TestData) error { return t.ForbidAttachments(ctx, nip, day) }, a.say.testForbidden(string(nip)),
			member{"nip", nip}, member{"allowed", false})
	})
	cmd.Flags().StringVar(&from, "from", "", a.say.testForbidFromFlag())
	return cmd
}

func (a *app) newTestBlock(verb, short string, do func(*ksef.TestData, context.Context, ksef.ContextID) error) *cobra.Command {
	var kind string
	cmd := &cobra.Command{
		Use:   verb + " " + a.say.contextPlaceholder(),
		Short: short,
		Args:  a.oneArg(a.say.aContext),
		RunE: func(cmd *cobra.Command, args []string) error {
			in, err := contextOf(contextKinds[kind], args[0])
			if err != nil {
				return err
			}
			return a.testData(func(t *ksef.TestData) error { return do(t, cmd.Context(), in) }, a.say.testBlocked(verb, in.Value),
				member{"contextType", in.Kind}, member{"context", in.Value}, member{"blocked", verb == "block"})
		},
	}
	a.choiceVar(cmd.Flags(), &kind, "context-type", "nip", contextWords(), a.say.contextTypeFlag())
	completeFlag(cmd, "context-type", contextWords())
	return cmd
}
