package ksef

import (
	"context"
	"fmt"
	"time"
)

// TestData makes up taxpayers, people and permissions in the [Test]
// environment. Elsewhere its methods fail with [ErrNotTest] and send nothing.
// What is made stays until it is removed, and everybody sees it; a scope,
// [TestData.Scoped], removes all that was made through it. The methods need no
// authentication.
//
// Making the same thing twice is refused with [CodeExists], so those methods
// send their request once; the others can be repeated safely.
type TestData service

// SubjectType is what a made-up taxpayer is besides a taxpayer.
type SubjectType string

// The types of made-up taxpayers.
const (
	EnforcementAuthority SubjectType = "EnforcementAuthority" // has the role of the same name
	VATGroup             SubjectType = "VatGroup"             // its subunits are members of the group
	LocalGovernment      SubjectType = "JST"                  // its subunits are units of local government
)

// TestSubject is a made-up taxpayer with a role.
type TestSubject struct {
	NIP         NIP           `json:"subjectNip"`
	Type        SubjectType   `json:"subjectType"`
	Subunits    []TestSubunit `json:"subunits,omitempty"`
	Description string        `json:"description"`          // 5 to 256 characters
	Created     time.Time     `json:"createdDate,omitzero"` // since when; zero for now
}

// TestSubunit is a member of a VAT group or a unit of local government.
type TestSubunit struct {
	NIP         NIP    `json:"subjectNip"`
	Description string `json:"description"` // 5 to 256 characters
}

// CreateSubject makes a taxpayer with a role, and its subunits.
//
//ksef:op POST /testdata/subject
func (t *TestData) CreateSubject(ctx context.Context, s TestSubject) error {
	s.Created = s.Created.Truncate(wireTick)
	return t.post(ctx, "/testdata/subject", once, s)
}

// RemoveSubject takes the roles of a taxpayer and its subunits away.
//
//ksef:op POST /testdata/subject/remove
func (t *TestData) RemoveSubject(ctx context.Context, nip NIP) error {
	return t.post(ctx, "/testdata/subject/remove", repeatable, map[string]NIP{"subjectNip": nip})
}

// TestPerson is a made-up sole trader: a PESEL and a NIP that belong together.
// Whoever authenticates with either is the owner of the NIP's context.
type TestPerson struct {
	NIP         NIP       `json:"nip"`
	PESEL       PESEL     `json:"pesel"`
	Bailiff     bool      `json:"isBailiff"`            // has the role CourtBailiff
	Deceased    bool      `json:"isDeceased,omitempty"` // authentication fails with status 470
	Description string    `json:"description"`          // 5 to 256 characters
	Created     time.Time `json:"createdDate,omitzero"` // since when; zero for now
}

// CreatePerson makes a sole trader.
//
//ksef:op POST /testdata/person
func (t *TestData) CreatePerson(ctx context.Context, p TestPerson) error {
	p.Created = p.Created.Truncate(wireTick)
	return t.post(ctx, "/testdata/person", once, p)
}

// RemovePerson removes the sole trader with the given NIP, with role and
// permissions.
//
//ksef:op POST /testdata/person/remove
func (t *TestData) RemovePerson(ctx context.Context, nip NIP) error {
	return t.post(ctx, "/testdata/person/remove", repeatable, map[string]NIP{"nip": nip})
}

// GrantPermissions lets a subject act for a taxpayer, as the paper form ZAW-FA
// does. The description has 5 to 256 characters.
//
//ksef:op POST /testdata/permissions
func (t *TestData) GrantPermissions(ctx context.Context, in NIP, to SubjectID, description string, permissions ...Permission) error {
	pair, err := newTestPair(in, to)
	if err != nil {
		return err
	}
	grant := testGrant{testPair: pair}
	for _, p := range permissions {
		grant.Permissions = append(grant.Permissions, testPermission{description, p})
	}
	return t.post(ctx, "/testdata/permissions", once, grant)
}

type testGrant struct {
	testPair
	Permissions []testPermission `json:"permissions"`
}

type testPermission struct {
	Description string     `json:"description"`
	Type        Permission `json:"permissionType"`
}

// RevokePermissions takes away all that a subject may do for a taxpayer.
//
//ksef:op POST /testdata/permissions/revoke
func (t *TestData) RevokePermissions(ctx context.Context, in NIP, from SubjectID) error {
	pair, err := newTestPair(in, from)
	if err != nil {
		return err
	}
	return t.post(ctx, "/testdata/permissions/revoke", repeatable, pair)
}

type testPair struct {
	Context    Identifier `json:"contextIdentifier"`
	Authorized Identifier `json:"authorizedIdentifier"`
}

func newTestPair(in NIP, subject SubjectID) (testPair, error) {
	if subject == nil {
		return testPair{}, &IdentifierError{"subject", "", "want a NIP, PESEL or Fingerprint"}
	}
	return testPair{in.identifier(), subject.identifier()}, nil
}

// BlockContext makes every authentication in a context fail with status 480.
//
//ksef:op POST /testdata/context/block
func (t *TestData) BlockContext(ctx context.Context, in ContextID) error {
	return t.context(ctx, "/testdata/context/block", in)
}

// UnblockContext undoes [TestData.BlockContext].
//
//ksef:op POST /testdata/context/unblock
func (t *TestData) UnblockContext(ctx context.Context, in ContextID) error {
	return t.context(ctx, "/testdata/context/unblock", in)
}

func (t *TestData) context(ctx context.Context, path string, in ContextID) error {
	if in == nil {
		return checkContext(in)
	}
	return t.post(ctx, path, repeatable, map[string]Identifier{"contextIdentifier": in.identifier()})
}

// AllowAttachments lets a taxpayer send invoices with attachments, as a consent
// given in e-Urząd Skarbowy does. Until then they are refused with status 415.
//
//ksef:op POST /testdata/attachment
func (t *TestData) AllowAttachments(ctx context.Context, nip NIP) error {
	return t.post(ctx, "/testdata/attachment", repeatable, map[string]NIP{"nip": nip})
}

// ForbidAttachments undoes [TestData.AllowAttachments], from the given day on, or
// at once when it is "".
//
//ksef:op POST /testdata/attachment/revoke
func (t *TestData) ForbidAttachments(ctx context.Context, nip NIP, from Date) error {
	return t.post(ctx, "/testdata/attachment/revoke", repeatable, forbidAttachments{nip, from})
}

type forbidAttachments struct {
	NIP  NIP  `json:"nip"`
	From Date `json:"expectedEndDate,omitempty"`
}

func (t *TestData) post(ctx context.Context, path string, again repeat, in any) error {
	r := request{method: "POST", path: path, repeat: again}
	if err := t.conn.onlyInTest(&r); err != nil {
		return err
	}
	return t.conn.call(ctx, r, in, nil)
}

// onlyInTest refuses elsewhere what only the Test environment offers.
func (c *conn) onlyInTest(r *request) error {
	if c.env == Test {
		return nil
	}
	method, path := r.name()
	return fmt.Errorf("ksef: %s %s in %s: %w", method, path, c.env, ErrNotTest)
}
