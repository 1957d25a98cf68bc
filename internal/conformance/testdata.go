package conformance

import (
	"context"
	"crypto/tls"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
)

func testData() []Scenario {
	return []Scenario{
		{Name: "test data/a subject has a role as long as it is there", Do: subjectLife},
		{Name: "test data/a sole trader's NIP and PESEL are one", Do: personLife},
		{Name: "test data/a permission lets in until it is revoked", Do: permissionLife},
		{Name: "test data/nobody enters a context that is blocked", Do: blockedContext},
		{Name: "test data/consent to attachments comes and goes", Do: attachmentConsent},
		{Name: "peppol/a provider is listed once it has logged in", Do: providerListed},
	}
}

// subject makes up a taxpayer with a role and, maybe, a subunit.
func (w *World) subject(ctx context.Context, role ksef.SubjectType, subunits ...ksef.NIP) ksef.NIP {
	w.Helper()
	s := ksef.TestSubject{NIP: ksef.GenerateNIP(nil), Type: role, Description: "a made-up subject"}
	for _, nip := range subunits {
		s.Subunits = append(s.Subunits, ksef.TestSubunit{NIP: nip, Description: "a made-up subunit"})
	}
	w.ok(w.Client.TestData.CreateSubject(ctx, s))
	return s.NIP
}

// soleTrader makes up somebody with both numbers, and a certificate for the PESEL.
func (w *World) soleTrader(ctx context.Context, bailiff bool) (ksef.NIP, ksef.PESEL, tls.Certificate) {
	w.Helper()
	nip := ksef.GenerateNIP(nil)
	pesel, card := w.person()
	w.ok(w.Client.TestData.CreatePerson(ctx, ksef.TestPerson{NIP: nip, PESEL: pesel, Bailiff: bailiff, Description: "a made-up person"}))
	return nip, pesel, card
}

func subjectLife(ctx context.Context, w *World) {
	nip := w.subject(ctx, ksef.EnforcementAuthority)
	auth, err := w.Client.Authentication.WithTestCertificate(ctx, nip, nil)
	w.ok(err)
	equal(w, "role", listed(ctx, w, "roles", 1, auth.Permissions.Roles.All(ctx, nil))[0].Role, ksef.RoleEnforcementAuthority)
	err = w.Client.TestData.CreateSubject(ctx, ksef.TestSubject{NIP: nip, Type: ksef.VATGroup, Description: "another role"})
	w.refused(err, ksef.CodeExists)
	w.ok(w.Client.TestData.RemoveSubject(ctx, nip))
	listed(ctx, w, "roles", 0, auth.Permissions.Roles.All(ctx, nil))
}

func personLife(ctx context.Context, w *World) {
	nip, _, card := w.soleTrader(ctx, false)
	w.enter(ctx, nip, card, nil)
	w.ok(w.Client.TestData.RemovePerson(ctx, nip))
	w.barred(ctx, nip, card)
}

func permissionLife(ctx context.Context, w *World) {
	nip := ksef.GenerateNIP(nil)
	pesel, card := w.person()
	w.ok(w.Client.TestData.GrantPermissions(ctx, nip, pesel, "as with the paper form", ksef.InvoiceRead))
	w.enter(ctx, nip, card, nil)
	w.ok(w.Client.TestData.RevokePermissions(ctx, nip, pesel))
	w.barred(ctx, nip, card)
}

func blockedContext(ctx context.Context, w *World) {
	_, nip := w.owner(ctx)
	w.ok(w.Client.TestData.BlockContext(ctx, nip))
	_, err := w.Client.Authentication.WithTestCertificate(ctx, nip, nil)
	w.failed(err, 480)
	w.ok(w.Client.TestData.UnblockContext(ctx, nip))
	_, err = w.Client.Authentication.WithTestCertificate(ctx, nip, nil)
	w.ok(err)
}

func attachmentConsent(ctx context.Context, w *World) {
	auth, nip := w.owner(ctx)
	is := func(allowed bool) {
		w.Helper()
		w.eventually(ctx, "consent", func() (bool, error) {
			c, err := auth.Permissions.Attachments(ctx)
			return err == nil && c.Allowed == allowed, err
		})
	}
	is(false)
	w.ok(w.Client.TestData.AllowAttachments(ctx, nip))
	is(true)
	w.ok(w.Client.TestData.ForbidAttachments(ctx, nip, ""))
	is(false)
}

func providerListed(ctx context.Context, w *World) {
	id := ksef.PeppolID("PKG" + string(ksef.GenerateNIP(nil))[:6])
	cert, err := certs.NewTestPeppol(string(id), &certs.TestOptions{ECDSA: true})
	w.ok(err)
	w.enter(ctx, id, cert, nil)
	w.eventually(ctx, "the provider on the list", func() (bool, error) {
		for p, err := range w.Client.Peppol.All(ctx, nil) {
			if err != nil || p.ID == id {
				return true, err
			}
		}
		return false, nil
	})
}
