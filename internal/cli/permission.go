package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
)

func (a *app) newPermission() *cobra.Command {
	return a.withProof(a.group("permission", a.say.permissionShort(),
		a.newPermissionGrant(),
		a.newPermissionList(),
		a.newPermissionRevoke(),
		a.newPermissionStatus(),
		a.newPermissionAttachments(),
	))
}

// grantable are the permissions that can be given.
func grantable() []string {
	return texts([]ksef.Permission{
		ksef.InvoiceRead, ksef.InvoiceWrite, ksef.CredentialsRead, ksef.CredentialsManage, ksef.Introspection,
		ksef.SubunitManage, ksef.EnforcementOperations, ksef.CollectiveIdentifierManage,
	})
}

func (a *app) newPermissionRevoke() *cobra.Command {
	var authorization bool
	cmd := &cobra.Command{
		Use:   "revoke ID",
		Short: a.say.permissionRevokeShort(),
		Long:  a.say.permissionRevokeLong(),
		Args:  a.oneArg(a.say.anID),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.revokePermission(cmd.Context(), args[0], authorization)
		},
	}
	cmd.Flags().BoolVar(&authorization, "authorization", false, a.say.authorizationFlag())
	return cmd
}

func (a *app) revokePermission(ctx context.Context, id string, authorization bool) error {
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		var err error
		if authorization {
			err = s.Permissions.RevokeAuthorization(ctx, ksef.AuthorizationID(id))
		} else {
			err = s.Permissions.Revoke(ctx, ksef.PermissionID(id))
		}
		if err != nil {
			return err
		}
		a.note(a.say.permissionRevoked(id))
		return nil
	})
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
		return show(a, []column[ksef.Status]{
			{"status", a.say.colStatus(), func(s ksef.Status) any { return s.Code }},
			{"statusDescription", a.say.colDescription(), func(s ksef.Status) any { return s.Description }},
			{"statusDetails", a.say.colDetails(), func(s ksef.Status) any { return s.Details }},
		}, status)
	})
}

func (a *app) newPermissionAttachments() *cobra.Command {
	return &cobra.Command{
		Use:   "attachments",
		Short: a.say.attachmentsShort(),
		Args:  a.noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.authenticated(cmd.Context(), func(ctx context.Context, s *signedIn) error {
				consent, err := s.Permissions.Attachments(ctx)
				if err != nil {
					return err
				}
				return show(a, []column[ksef.AttachmentConsent]{
					{"allowed", a.say.colAllowed(), func(c ksef.AttachmentConsent) any { return c.Allowed }},
					{"ends", a.say.colEnds(), func(c ksef.AttachmentConsent) any { return c.Ends }},
				}, *consent)
			})
		},
	}
}
