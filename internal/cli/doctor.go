package cli

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
)

func (a *app) newDoctor() *cobra.Command {
	return a.withProof(&cobra.Command{
		Use:   "doctor",
		Short: a.say.doctorShort(),
		Long:  a.say.doctorLong(),
		Args:  a.noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd.Context()) },
	})
}

// checkup is one thing that was looked at.
type checkup struct {
	name   string // in JSON
	title  string
	err    error
	detail string
}

func (a *app) checkupColumns() []column[checkup] {
	return []column[checkup]{
		{"check", a.say.colCheck(), func(c checkup) any {
			if a.flags.json {
				return c.name
			}
			return c.title
		}},
		{"ok", a.say.colOK(), func(c checkup) any { return c.err == nil }},
		{"detail", a.say.colDetail(), func(c checkup) any {
			switch hint := a.hintOf(c.err); {
			case c.err == nil:
				return c.detail
			case hint != "" && !a.flags.json:
				return a.say.errorText(c.err) + ": " + hint
			}
			return a.say.errorText(c.err)
		}},
		{"hint", "", func(c checkup) any { return a.hintOf(c.err) }},
	}
}

// hintOf is what to do about an error, "" when there is none.
func (a *app) hintOf(err error) (hint string) {
	if err != nil {
		_, hint = a.say.verdict(err)
	}
	return hint
}

// doctor looks at everything the other commands need, and goes on behind what fails.
func (a *app) doctor(ctx context.Context) error {
	account, err := a.account()
	_, damaged := errors.AsType[*damagedError](err)
	var early []checkup
	if damaged {
		early = append(early, checkup{"profiles", a.say.doctorProfiles(), err, ""})
		a.noProfiles = true
		account, err = a.account()
	}
	if err != nil {
		return err
	}
	client, _, err := a.client(account)
	if err != nil {
		return err
	}
	v, err := a.openVault("")
	if err == nil {
		_, err = v.all()
	}
	if _, damaged := errors.AsType[*damagedError](err); damaged {
		early = append(early, checkup{"credentials", a.say.doctorCredentials(), err, ""})
	}
	d := &doctor{a, client, account, early}
	failed := 0
	err = list(a, a.checkupColumns(), func(yield func(checkup, error) bool) {
		for c := range d.all(ctx) {
			if c.err != nil {
				failed++
			}
			if !yield(c, nil) {
				return
			}
		}
	})
	if err == nil && failed > 0 {
		err = errors.New(a.say.doctorFailed(failed))
	}
	return err
}

// doctor examines one account's way to KSeF.
type doctor struct {
	*app
	client  *ksef.Client
	account *account
	early   []checkup // what is wrong with files of ours
}

// all does one check after another, until KSeF turns out not to be there. What needs an account is left out when
// there is none.
func (d *doctor) all(ctx context.Context) func(yield func(checkup) bool) {
	return func(yield func(checkup) bool) {
		for _, c := range d.early {
			if !yield(c) {
				return
			}
		}
		reached := true
		check := func(name, title string, look func(context.Context) (string, error)) bool {
			detail, err := look(ctx)
			if name == "connection" {
				reached = err == nil
			}
			return yield(checkup{name, title, err, detail}) && reached
		}
		if !check("service", d.say.doctorService(), d.service) ||
			!check("connection", d.say.doctorReach(), d.reach) ||
			!check("clock", d.say.doctorClock(), d.clock) ||
			!check("keys", d.say.doctorKeys(), d.keys) {
			return
		}
		if d.account.context == (ksef.Identifier{}) {
			d.note(d.say.doctorNoAccount())
			return
		}
		if p := d.account.proof; p != nil && (p.method == byPEM || p.method == byP12) && !check("certificate", d.say.doctorCertificate(), d.certificate) {
			return
		}
		d.signedIn(ctx, yield)
	}
}

func (d *doctor) service(ctx context.Context) (string, error) {
	status, err := d.client.Lighthouse.Status(ctx)
	switch {
	case errors.Is(err, ksef.ErrNoLighthouse):
		return d.say.doctorNoService(), nil
	case err != nil:
		return "", err
	case status.State != ksef.SystemAvailable:
		return "", errors.New(d.say.systemStatus(status))
	}
	return d.say.systemStatus(status), nil
}

func (d *doctor) reach(ctx context.Context) (string, error) {
	began := time.Now()
	if _, err := d.client.Authentication.Challenge(ctx); err != nil {
		return "", err
	}
	return d.say.doctorMilliseconds(time.Since(began).Milliseconds()), nil
}

// clock compares the clocks by a challenge, which says when it was made. Signatures from the future are refused,
// and tokens live a quarter of an hour.
func (d *doctor) clock(ctx context.Context) (string, error) {
	const most = time.Minute
	before := d.now()
	ch, err := d.client.Authentication.Challenge(ctx)
	if err != nil {
		return "", err
	}
	middle := before.Add(d.now().Sub(before) / 2)
	skew := middle.Sub(ch.Timestamp).Round(time.Second / 10)
	if skew.Abs() > most {
		err := errors.New(d.say.doctorClockWrong(skew.String()))
		if onThisMachine(d.account.baseURL) != nil {
			return "", &hintedError{err, d.say.hintAdvanced()}
		}
		return "", err
	}
	return d.say.doctorSkew(skew.String()), nil
}

func (d *doctor) keys(ctx context.Context) (string, error) {
	var ends []time.Time
	for _, usage := range []ksef.KeyUsage{ksef.KSeFTokenEncryption, ksef.SymmetricKeyEncryption} {
		key, err := d.client.PublicKeys.Current(ctx, usage)
		if err != nil {
			return "", fmt.Errorf("%s: %w", usage, err)
		}
		ends = append(ends, key.ValidTo)
	}
	return d.say.doctorUntil(d.cell(slices.MinFunc(ends, time.Time.Compare))), nil
}

// certificate looks for how long the account's certificate lives.
func (d *doctor) certificate(context.Context) (string, error) {
	const soon = 30 * 24 * time.Hour
	password, err := d.readSecret(d.account.proof.secret)
	if err != nil {
		return "", err
	}
	pair, err := d.app.certificate(d.account.proof, password)
	if err != nil {
		return "", err
	}
	leaf := pair.Leaf
	if leaf == nil {
		if leaf, err = x509.ParseCertificate(pair.Certificate[0]); err != nil {
			return "", err
		}
	}
	if leaf.NotAfter.Sub(d.now()) < soon {
		return "", errors.New(d.say.doctorSoon(d.cell(leaf.NotAfter)))
	}
	return d.say.doctorUntil(d.cell(leaf.NotAfter)), nil
}

// signedIn does the checks that need a session.
func (d *doctor) signedIn(ctx context.Context, yield func(checkup) bool) {
	entered := false
	err := d.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		rates, err := s.Limits.Rates(ctx) // also tells whether a session that was kept still lives
		if err != nil {
			return err
		}
		entered = true
		if !yield(checkup{"authentication", d.say.doctorSignIn(), nil, d.account.context.String() + ", " + d.say.doctorUntil(d.cell(s.RefreshToken().ValidUntil))}) {
			return nil
		}
		held, err := permissionsOf(ctx, s)
		if !yield(checkup{"permissions", d.say.doctorPermissions(), err, cmp.Or(strings.Join(held, ", "), d.say.doctorOwner())}) {
			return nil
		}
		limits, err := s.Limits.Context(ctx)
		c := checkup{"limits", d.say.doctorLimits(), err, ""}
		if err == nil {
			c.detail = d.say.doctorInvoices(limits.Online.Invoices, rates[ksef.RateInvoiceSend].PerHour)
		}
		yield(c)
		return nil
	})
	if !entered {
		yield(checkup{"authentication", d.say.doctorSignIn(), err, ""})
	}
}

// permissionsOf are the permissions that are listed for the caller, each once.
func permissionsOf(ctx context.Context, s *signedIn) ([]string, error) {
	var held []string
	for p, err := range s.Permissions.Personal.All(ctx, nil) {
		if err != nil {
			return nil, err
		}
		if name := string(p.Permission); !slices.Contains(held, name) {
			held = append(held, name)
		}
	}
	return held, nil
}
