package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
)

func (a *app) newPermission() *cobra.Command {
	cmd := a.withProof(a.group("permission", a.say.permissionShort(),
		a.newPermissionGrant(),
		a.newPermissionList(),
		a.newPermissionMine(),
		a.newPermissionReceived(),
		a.newPermissionAuthorizations(),
		a.newPermissionSubunits(),
		a.newPermissionEU(),
		a.newPermissionRoles(),
		a.newPermissionRevoke(),
		a.newPermissionStatus(),
		a.newPermissionAttachments(),
	))
	cmd.Long = a.say.permissionLong()
	return cmd
}

// permissionChange is what became of a grant or a revocation.
type permissionChange struct {
	reference ksef.ReferenceNumber
	done      bool // not when nobody waited for it
}

func (a *app) permissionChangeColumns() []column[permissionChange] {
	return []column[permissionChange]{
		{"referenceNumber", a.say.colReference(), func(c permissionChange) any { return string(c.reference) }},
		{"done", a.say.colDone(), func(c permissionChange) any { return c.done }},
	}
}

// changePermission begins a change and, unless told not to, waits for it. The
// reference is shown also when that was in vain.
func (a *app) changePermission(ctx context.Context, noWait bool, done string, start func(context.Context, *ksef.Permissions) (ksef.ReferenceNumber, error)) error {
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		ref, err := start(ctx, s.Permissions)
		if err != nil {
			return err
		}
		change := permissionChange{reference: ref}
		if !noWait {
			err = s.Permissions.Wait(ctx, ref)
			change.done = err == nil
		}
		if change.done {
			a.note(done)
		}
		return errors.Join(show(a, a.permissionChangeColumns(), change), err)
	})
}

type permissionRevokeOptions struct{ authorization, noWait bool }

func (a *app) newPermissionRevoke() *cobra.Command {
	var opts permissionRevokeOptions
	cmd := &cobra.Command{
		Use:   "revoke ID",
		Short: a.say.permissionRevokeShort(),
		Long:  a.say.permissionRevokeLong(),
		Args:  a.oneArg(a.say.aPermissionID),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changePermission(cmd.Context(), opts.noWait, a.say.revoked(), func(ctx context.Context, p *ksef.Permissions) (ksef.ReferenceNumber, error) {
				if opts.authorization {
					return p.StartRevokeAuthorization(ctx, ksef.AuthorizationID(args[0]))
				}
				return p.StartRevoke(ctx, ksef.PermissionID(args[0]))
			})
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&opts.authorization, "authorization", false, a.say.revokeAuthorizationFlag())
	f.BoolVar(&opts.noWait, "no-wait", false, a.say.noWaitFlag())
	return cmd
}

func (a *app) newPermissionStatus() *cobra.Command {
	var wait bool
	cmd := &cobra.Command{
		Use:   "status " + a.say.referencePlaceholder(),
		Short: a.say.permissionStatusShort(),
		Args:  a.oneArg(a.say.aReference),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.permissionStatus(cmd.Context(), args[0], wait) },
	}
	cmd.Flags().BoolVar(&wait, "wait", false, a.say.waitFlag())
	return cmd
}

func (a *app) permissionStatus(ctx context.Context, text string, wait bool) error {
	ref, err := ksef.ParseReferenceNumber(text)
	if err != nil {
		return err
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		if wait {
			if err := s.Permissions.Wait(ctx, ref); err != nil {
				return err
			}
		}
		status, err := s.Permissions.Status(ctx, ref)
		if err != nil {
			return err
		}
		return show(a, a.operationColumns(ref), status)
	})
}

// operationColumns are the columns of how far an operation is.
func (a *app) operationColumns(ref ksef.ReferenceNumber) []column[ksef.Status] {
	return []column[ksef.Status]{
		{"referenceNumber", a.say.colReference(), func(ksef.Status) any { return string(ref) }},
		{"status", a.say.colStatus(), func(s ksef.Status) any { return s.Code }},
		{"statusDescription", a.say.colDescription(), func(s ksef.Status) any { return s.Description }},
		{"statusDetails", a.say.colDetails(), func(s ksef.Status) any { return s.Details }},
	}
}

func (a *app) newPermissionAttachments() *cobra.Command {
	return &cobra.Command{
		Use:   "attachments",
		Short: a.say.permissionAttachmentsShort(),
		Args:  a.noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.authenticated(cmd.Context(), func(ctx context.Context, s *signedIn) error {
				consent, err := s.Permissions.Attachments(ctx)
				if err != nil {
					return err
				}
				return show(a, []column[*ksef.AttachmentConsent]{
					{"allowed", a.say.colAllowed(), func(c *ksef.AttachmentConsent) any { return c.Allowed }},
					{"ends", a.say.colEnd(), func(c *ksef.AttachmentConsent) any { return c.Ends }},
				}, consent)
			})
		},
	}
}

// hintedUnknown says how to find out what became of a grant whose answer was
// lost.
func (a *app) hintedUnknown(err error, command string) error {
	if errors.Is(err, ksef.ErrUnknown) {
		return &hintedError{err, a.say.hintGrantUnknown(command)}
	}
	return err
}

// permissionNames are the names of permissions, for flags.
func permissionNames(permissions ...ksef.Permission) []string { return texts(permissions) }

// fullName is how a person or a taxpayer was described.
func fullName(person ksef.PersonDetails, entity ksef.EntityDetails) string {
	if person.LastName != "" {
		return fmt.Sprintf("%s %s", person.FirstName, person.LastName)
	}
	return entity.Name
}
