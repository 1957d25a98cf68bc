package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
)

// authentication shows the ways to sign in.
func (d *demo) authentication() chapter {
	return chapter{d.say.demoAuthentication(string(d.nip)), []step{
		{d.say.demoTestCertificate(), d.withTestCertificate},
		{d.say.demoPEM(), d.withPEM},
		{d.say.demoP12(), d.withP12},
		{d.say.demoGenerate(), d.generateToken},
		{d.say.demoToken(), d.withToken},
	}}
}

func (d *demo) withTestCertificate(ctx context.Context) (out outcome, err error) {
	if d.seal, err = d.client.Authentication.WithTestCertificate(ctx, d.nip, nil); err != nil {
		return out, err
	}
	return d.reference(ctx, d.seal)
}

// withPEM writes a certificate and an encrypted key to files, as they come from
// an authority, and signs in with the files.
func (d *demo) withPEM(ctx context.Context) (out outcome, err error) {
	made, err := certs.NewTestSeal(string(d.nip), nil)
	if err != nil {
		return out, err
	}
	password := rand.Text()
	certPEM, keyPEM, err := certs.EncodePEM(made, password)
	if err != nil {
		return out, err
	}
	certFile, keyFile := filepath.Join(d.dir, "seal.pem"), filepath.Join(d.dir, "seal.key")
	if err := errors.Join(os.WriteFile(certFile, certPEM, 0o600), os.WriteFile(keyFile, keyPEM, 0o600)); err != nil {
		return out, err
	}

	cert, err := certs.LoadPEM(certFile, keyFile, password)
	if err != nil {
		return out, err
	}
	if d.files, err = d.client.Authentication.WithXAdES(ctx, d.nip, cert, nil); err != nil {
		return out, err
	}
	return d.reference(ctx, d.files)
}

// withP12 does the same with everything in one file, and the other kind of key.
func (d *demo) withP12(ctx context.Context) (out outcome, err error) {
	made, err := certs.NewTestSeal(string(d.nip), &certs.TestOptions{ECDSA: true})
	if err != nil {
		return out, err
	}
	password := rand.Text()
	p12, err := certs.EncodeP12(made, password)
	if err != nil {
		return out, err
	}
	file := filepath.Join(d.dir, "seal.p12")
	if err := os.WriteFile(file, p12, 0o600); err != nil {
		return out, err
	}

	cert, err := certs.LoadP12(file, password)
	if err != nil {
		return out, err
	}
	auth, err := d.client.Authentication.WithXAdES(ctx, d.nip, cert, nil)
	if err != nil {
		return out, err
	}
	return d.reference(ctx, auth)
}

func (d *demo) generateToken(ctx context.Context) (out outcome, err error) {
	made, err := d.seal.Tokens.Generate(ctx, "ksef demo", ksef.InvoiceRead)
	if err != nil {
		return out, err
	}
	d.token = made.Token
	return outcome{result: string(made.ReferenceNumber)}, nil
}

func (d *demo) withToken(ctx context.Context) (out outcome, err error) {
	auth, err := d.client.Authentication.WithToken(ctx, d.nip, d.token, nil)
	if err != nil {
		return out, err
	}
	return d.reference(ctx, auth)
}

// errNotListed means that a client's own session is not in force.
var errNotListed = errors.New("the session is not among those in force")

// reference looks up the number of the session that auth lives on.
func (d *demo) reference(ctx context.Context, auth *ksef.AuthenticatedClient) (outcome, error) {
	for s, err := range auth.Sessions.All(ctx, nil) {
		if err != nil {
			return outcome{}, err
		}
		if s.Current {
			return outcome{result: string(s.ReferenceNumber)}, nil
		}
	}
	return outcome{}, errNotListed
}

// sessions shows what becomes of a login afterwards.
func (d *demo) sessions() chapter {
	const programs = 9 // with the logins before, more than fit on the smallest page
	return chapter{d.say.demoSessions(), []step{
		{d.say.demoPrograms(programs), func(ctx context.Context) (outcome, error) { return d.manyLogins(ctx, programs) }},
		{d.say.demoPages(), d.listPages},
		{d.say.demoRefresh(), d.refresh},
		{d.say.demoTerminate(), d.terminate},
		{d.say.demoDead(), d.refreshDead},
	}}
}

// manyLogins signs n programs in with the token at the same time.
func (d *demo) manyLogins(ctx context.Context, n int) (outcome, error) {
	var wg sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		wg.Go(func() { _, errs[i] = d.client.Authentication.WithToken(ctx, d.nip, d.token, nil) })
	}
	wg.Wait()
	return outcome{result: d.say.demoLogins(n)}, errors.Join(errs...)
}

func (d *demo) listPages(ctx context.Context) (outcome, error) {
	sessions, pages := 0, 0
	for opts := (&ksef.ListOptions{PageSize: 10}); ; {
		page, err := d.seal.Sessions.Query(ctx, opts)
		if err != nil {
			return outcome{}, err
		}
		pages++
		sessions += len(page.Items)
		if page.Next == "" {
			break
		}
		opts.Cursor = page.Next
	}
	if pages < 2 {
		return outcome{}, fmt.Errorf("%d sessions came on one page of ten", sessions)
	}
	return outcome{result: d.say.demoListed(sessions, pages)}, nil
}

func (d *demo) refresh(ctx context.Context) (outcome, error) {
	fresh, err := d.client.Authentication.Refresh(ctx, d.seal.RefreshToken().Token)
	if err != nil {
		return outcome{}, err
	}
	if fresh.Token == d.seal.AccessToken().Token {
		return outcome{}, errors.New("the access token stayed the same")
	}
	return outcome{result: d.say.demoValidUntil(fresh.ValidUntil.Local())}, nil
}

func (d *demo) terminate(ctx context.Context) (outcome, error) {
	ended, err := d.reference(ctx, d.files)
	if err != nil {
		return outcome{}, err
	}
	if err := d.files.Sessions.TerminateCurrent(ctx); err != nil {
		return outcome{}, err
	}
	if _, err := d.reference(ctx, d.files); !errors.Is(err, errNotListed) {
		return outcome{}, unexpected(err)
	}
	return ended, nil
}

func (d *demo) refreshDead(ctx context.Context) (outcome, error) {
	_, err := d.client.Authentication.Refresh(ctx, d.files.RefreshToken().Token)
	return d.refused(err, ksef.CodeNotAuthorized)
}

// mistakes shows what everybody gets wrong once, and how it is told.
func (d *demo) mistakes() chapter {
	return chapter{d.say.demoMistakes(), []step{
		{d.say.demoStranger(), d.stranger},
	}}
}

// stranger signs in for a taxpayer who gave them no permission.
func (d *demo) stranger(ctx context.Context) (outcome, error) {
	cert, err := certs.NewTestSeal("5265877635", &certs.TestOptions{ECDSA: true})
	if err != nil {
		return outcome{}, err
	}
	_, err = d.client.Authentication.WithXAdES(ctx, d.nip, cert, nil)
	return d.failed(err, 415)
}

// failed is the outcome of a step that KSeF accepted and that ended, as it
// should, with a status.
func (d *demo) failed(err error, status int) (outcome, error) {
	failed, ok := errors.AsType[*ksef.FailedError](err)
	if !ok || failed.Status.Code != status {
		return outcome{}, unexpected(err)
	}
	return outcome{d.say.demoRefused(status), words(failed.Status.Description, failed.Status.Details)}, nil
}

// refused is the outcome of a step that KSeF refused at once, as it should, with
// a code.
func (d *demo) refused(err error, code ksef.Code) (outcome, error) {
	refusal, ok := errors.AsType[*ksef.Error](err)
	if !ok || !errors.Is(err, code) {
		return outcome{}, unexpected(err)
	}
	problem := refusal.Problem(code)
	return outcome{d.say.demoRefused(int(code)), words(problem.Description, problem.Details)}, nil
}

// unexpected is the error of a step that should have been refused otherwise.
func unexpected(err error) error {
	if err == nil {
		return errors.New("KSeF did what it should refuse")
	}
	return fmt.Errorf("KSeF refused with another reason than it should: %w", err)
}

// words is what KSeF said, as particular as it was.
func words(description string, details []string) string {
	if len(details) == 0 {
		return description
	}
	return strings.Join(details, "; ")
}
