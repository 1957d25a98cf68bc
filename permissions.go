package ksef

import (
	"context"
	"time"
)

// Permissions says who may do what, for the taxpayer that the client acts for.
//
// # Model
//
// A permission lets somebody do one thing in one context. Who: a person known by
// PESEL or NIP, a taxpayer, or whoever holds a certificate with a certain
// [Fingerprint]. Where: in the context of a taxpayer, of a unit inside one, or of
// a taxpayer together with a company in the EU. It has no end; it lasts until it
// is revoked. The owner of a context, who authenticates with its own NIP or the
// PESEL that belongs to it, may do everything in it without a permission.
//
// One call of [Permissions.Grant] may give several permissions, and each gets a
// number of its own, by which it is listed and revoked. There are seven ways:
//
//   - [PersonGrant]: a person may work here.
//   - [EntityGrant]: another taxpayer may handle our invoices, such as a
//     bookkeeping office; with CanDelegate, its people too.
//   - [IndirectGrant]: in that office, one of its people may handle the invoices
//     of one client, or of all of them.
//   - [AuthorizationGrant]: another taxpayer may send invoices in its own context
//     that are about us: self-invoicing, tax representatives, Peppol providers.
//   - [SubunitGrant]: somebody administers a member of our VAT group, a unit of
//     local government below us, or a unit of our own naming.
//   - [EUAdminGrant]: somebody administers what an EU company does with us.
//   - [EUEntityGrant]: somebody may act for such a company.
//
// An access token carries the permissions its holder had when it was made. A new
// permission counts from the next renewal on, and so does a revocation.
//
// # Waiting
//
// KSeF takes a change and carries it out later. Grant and Revoke wait for that: a
// change that fails then is a [*FailedError], whose Status has the code and
// KSeF's reason, and when ctx ends first a [*PendingError], whose Reference goes
// to [Permissions.Wait]. The codes (ksef-docs uprawnienia.md):
//
//	400  failed
//	410  the identifiers do not fit one another
//	420  the caller lacks the permission to do this
//	430  the context lacks the role, such as that of a bailiff
//	440  not allowed between these identifiers
//	450  not allowed for this identifier or kind of identifier
//	550  cancelled by KSeF; try again
//
// KSeF knows a reference for 30 days; later is [ErrGone].
//
// To change many at once, use [Permissions.StartGrant] for each and wait for the
// references afterwards. KSeF takes 120 requests an hour of each operation (group
// other in ksef-docs limity/limity-api.md), and every question how far a change
// is counts as one; beyond that a call waits for its turn. So for many, a look at
// the lists, which tell a hundred permissions at a time, is the cheaper way to see
// what is in force.
//
// # Safety
//
// What cannot be meant is an [*ArgumentError] and is not sent: no permission at
// all, one that cannot be given in this way, a malformed identifier. And nothing
// is left empty to mean more: a grant for all clients says [AllPartners], and an
// empty number in a query does not mean everybody.
//
// # Listings
//
// Each of KSeF's eight lists has a page, Query, and an iterator, All, and both
// take a nil query, which selects what its type says. Their pages hold 10 to 100
// items. A change may be done a minute before the lists show it.
type Permissions struct {
	// Persons lists permissions of persons and taxpayers in this context, those
	// the caller may see: CredentialsManage, CredentialsRead or SubunitManage
	// must be held.
	Persons Listing[PersonQuery, PersonPermission]

	// Personal lists the caller's own, and needs no permission. Since KSeF 2.9.0
	// an owner's [Owner] is among them.
	Personal Listing[PersonalQuery, PersonPermission]

	// Entities lists what other taxpayers let this one do: what an [EntityGrant]
	// of theirs gave. CredentialsManage or CredentialsRead must be held.
	Entities Listing[EntityQuery, ReceivedPermission]

	// Authorizations lists what an [AuthorizationGrant] gave, by this taxpayer or
	// to it. CredentialsManage, CredentialsRead or PEFInvoiceWrite must be held.
	Authorizations Listing[AuthorizationQuery, EntityAuthorization]

	// Subunits lists the administrators of this taxpayer's units.
	// CredentialsManage, CredentialsRead or SubunitManage must be held.
	Subunits Listing[SubunitQuery, SubunitPermission]

	// EUEntities lists administrators and, in the context of an EU company, its
	// representatives. CredentialsManage, CredentialsRead or VATUEManage must be
	// held.
	EUEntities Listing[EUEntityQuery, EUEntityPermission]

	// Roles lists the roles of this taxpayer. CredentialsManage or
	// CredentialsRead must be held.
	Roles Listing[ListOptions, EntityRole]

	// SubordinateRoles lists the members of this VAT group, or the units below
	// this one of local government. CredentialsManage, CredentialsRead or
	// SubunitManage must be held.
	SubordinateRoles Listing[SubordinateQuery, SubordinateRole]

	conn *authConn
}

func newPermissions(c *authConn) *Permissions {
	return &Permissions{
		//ksef:op POST /permissions/query/persons/grants
		Persons: permissionList[PersonQuery, PersonPermission](c, "POST", "/permissions/query/persons/grants", (*PersonQuery).wire),

		//ksef:op POST /permissions/query/personal/grants
		Personal: permissionList[PersonalQuery, PersonPermission](c, "POST", "/permissions/query/personal/grants", (*PersonalQuery).wire),

		//ksef:op POST /permissions/query/entities/grants
		Entities: permissionList[EntityQuery, ReceivedPermission](c, "POST", "/permissions/query/entities/grants", (*EntityQuery).wire),

		//ksef:op POST /permissions/query/authorizations/grants
		Authorizations: permissionList[AuthorizationQuery, EntityAuthorization](c, "POST", "/permissions/query/authorizations/grants", (*AuthorizationQuery).wire),

		//ksef:op POST /permissions/query/subunits/grants
		Subunits: permissionList[SubunitQuery, SubunitPermission](c, "POST", "/permissions/query/subunits/grants", (*SubunitQuery).wire),

		//ksef:op POST /permissions/query/eu-entities/grants
		EUEntities: permissionList[EUEntityQuery, EUEntityPermission](c, "POST", "/permissions/query/eu-entities/grants", (*EUEntityQuery).wire),

		//ksef:op GET /permissions/query/entities/roles
		Roles: permissionList[ListOptions, EntityRole](c, "GET", "/permissions/query/entities/roles", noFilter),

		//ksef:op POST /permissions/query/subordinate-entities/roles
		SubordinateRoles: permissionList[SubordinateQuery, SubordinateRole](c, "POST", "/permissions/query/subordinate-entities/roles", (*SubordinateQuery).wire),

		conn: c,
	}
}

// permissionList is one of the lists of permissions. Wire makes a query what is
// sent.
func permissionList[Q, T any, P lister[Q]](c *authConn, method, path string, wire func(*Q) (any, error)) Listing[Q, T] {
	return newListing[Q, T, P](func(ctx context.Context, q *Q) (*Page[T], error) {
		in, err := wire(q)
		if err != nil {
			return nil, err
		}
		r := request{method: method, path: path, repeat: repeatable}
		next, err := r.numbered(P(q).options())
		if err != nil {
			return nil, err
		}
		var out permissionPage[T]
		if err := c.call(ctx, r, in, &out); err != nil {
			return nil, err
		}
		return numberedPage(&r, out.items(), out.More, next)
	})
}

// permissionPage is a page of any of the lists, each of which has one of these
// names.
type permissionPage[T any] struct {
	Permissions []T  `json:"permissions,omitempty"`
	Grants      []T  `json:"authorizationGrants,omitempty"`
	Roles       []T  `json:"roles,omitempty"`
	More        bool `json:"hasMore"`
}

func (p *permissionPage[T]) items() []T {
	switch {
	case p.Grants != nil:
		return p.Grants
	case p.Roles != nil:
		return p.Roles
	}
	return p.Permissions
}

// complete tells an empty list, which is an answer, from none.
func (p *permissionPage[T]) complete() bool { return p.items() != nil }

// AttachmentConsent tells whether a taxpayer may send invoices with attachments.
type AttachmentConsent struct {
	Allowed bool      `json:"isAttachmentAllowed"`
	Ends    time.Time `json:"revokedDate,omitzero"` // zero when no end is set
}

// Attachments tells whether this taxpayer may send invoices with attachments. The
// consent is asked for in e-Urząd Skarbowy, not here. CredentialsManage or
// CredentialsRead must be held. Safe to repeat.
//
//ksef:op GET /permissions/attachments/status
func (p *Permissions) Attachments(ctx context.Context) (*AttachmentConsent, error) {
	out := new(AttachmentConsent)
	if err := p.conn.call(ctx, request{method: "GET", path: "/permissions/attachments/status", repeat: repeatable}, nil, out); err != nil {
		return nil, err
	}
	return out, nil
}
