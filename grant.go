package ksef

import (
	"context"
	"errors"
	"net/url"
)

// PermissionID names one permission: 36 characters.
type PermissionID string

// AuthorizationID names one [Authorization] that was granted: 36 characters. It
// is a type of its own because KSeF revokes these in a way of their own.
type AuthorizationID string

// Grant gives a permission and waits until it is in force. A grant that fails is
// a [*FailedError]; when ctx ends while it waits, or KSeF does not tell how far it
// is, a [*PendingError].
//
// The request is sent once: a second time could give a second permission, which
// would outlive the revocation of the first. After [ErrUnknown], look whether it
// is there before you grant again: in Persons with Granted, for all but an
// [AuthorizationGrant], which is in Authorizations, and the two for EU entities,
// which are in EUEntities. It can take a minute to appear.
func (p *Permissions) Grant(ctx context.Context, g Grant) error {
	return p.finish(ctx)(p.StartGrant(ctx, g))
}

// StartGrant gives a permission as [Permissions.Grant] does and does not wait: it
// returns the reference for [Permissions.Wait].
func (p *Permissions) StartGrant(ctx context.Context, g Grant) (ReferenceNumber, error) {
	if g == nil {
		return "", &ArgumentError{"Grant", errors.New("is nil: want one of the seven kinds, such as a PersonGrant")}
	}
	path, body, err := g.grant()
	if err != nil {
		return "", err
	}
	return p.start(ctx, request{method: "POST", path: path, repeat: once}, body) // see Grant
}

// Revoke takes a permission back and waits until it is gone; access tokens that
// were made before have it until they are renewed. It revokes what any grant but
// an [AuthorizationGrant] gave, one permission at a time.
// CredentialsManage must be held, or VATUEManage or SubunitManage where that was
// enough to grant it.
//
// Safe to repeat, and repeated when its answer is lost: an ID names one
// permission and is never given to another. KSeF may refuse or fail to revoke
// what is revoked already, which is no reason to worry when the ID is not listed
// any more.
func (p *Permissions) Revoke(ctx context.Context, id PermissionID) error {
	return p.finish(ctx)(p.StartRevoke(ctx, id))
}

// StartRevoke takes a permission back as [Permissions.Revoke] does and does not
// wait: it returns the reference for [Permissions.Wait].
//
//ksef:op DELETE /permissions/common/grants/{permissionId}
func (p *Permissions) StartRevoke(ctx context.Context, id PermissionID) (ReferenceNumber, error) {
	return p.startRevoke(ctx, "/permissions/common/grants/", string(id))
}

// RevokeAuthorization takes back what an [AuthorizationGrant] gave and waits
// until it is gone. CredentialsManage must be held. Otherwise it is like
// [Permissions.Revoke].
func (p *Permissions) RevokeAuthorization(ctx context.Context, id AuthorizationID) error {
	return p.finish(ctx)(p.StartRevokeAuthorization(ctx, id))
}

// StartRevokeAuthorization does as [Permissions.RevokeAuthorization] and does not
// wait: it returns the reference for [Permissions.Wait].
//
//ksef:op DELETE /permissions/authorizations/grants/{permissionId}
func (p *Permissions) StartRevokeAuthorization(ctx context.Context, id AuthorizationID) (ReferenceNumber, error) {
	return p.startRevoke(ctx, "/permissions/authorizations/grants/", string(id))
}

func (p *Permissions) startRevoke(ctx context.Context, path, id string) (ReferenceNumber, error) {
	if len(id) != 36 {
		return "", &IdentifierError{"permission's ID", id, "want 36 characters, as the listings give them"}
	}
	return p.start(ctx, request{method: "DELETE", path: path + url.PathEscape(id), route: path + "{permissionId}", repeat: repeatable}, nil)
}

// start sends what begins a change.
func (p *Permissions) start(ctx context.Context, r request, body any) (ReferenceNumber, error) {
	var out changeStarted
	if err := p.conn.call(ctx, r, body, &out); err != nil {
		return "", err
	}
	return out.ReferenceNumber, nil
}

type changeStarted struct {
	ReferenceNumber ReferenceNumber `json:"referenceNumber"`
}

func (c *changeStarted) complete() bool { return c.ReferenceNumber != "" }

// finish waits for what was started, if it was.
func (p *Permissions) finish(ctx context.Context) func(ReferenceNumber, error) error {
	return func(ref ReferenceNumber, err error) error {
		if err != nil {
			return err
		}
		return begun(OperationPermissions, ref, p.Wait(ctx, ref))
	}
}

// Wait waits until a change has taken effect. One that failed is a
// [*FailedError]; when ctx ends first, a [*PendingError].
func (p *Permissions) Wait(ctx context.Context, ref ReferenceNumber) error {
	return p.conn.wait(ctx, OperationPermissions, ref, func() (Status, error) { return p.Status(ctx, ref) })
}

// Status tells how far a change is: the meaning of the codes stands at
// [Permissions]. KSeF knows a change for 30 days; later is [ErrGone]. Safe to
// repeat.
//
//ksef:op GET /permissions/operations/{referenceNumber}
func (p *Permissions) Status(ctx context.Context, ref ReferenceNumber) (Status, error) {
	if ref == "" {
		return Status{}, &IdentifierError{"reference number", "", "is empty"}
	}
	var out changeStatus
	err := p.conn.call(ctx, request{
		method: "GET", path: "/permissions/operations/" + url.PathEscape(string(ref)), route: "/permissions/operations/{referenceNumber}",
		repeat: repeatable,
	}, nil, &out)
	return out.Status, err
}

type changeStatus struct {
	Status Status `json:"status"`
}

func (c *changeStatus) complete() bool { return c.Status.Code != 0 }
