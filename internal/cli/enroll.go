package cli

import (
	"cmp"
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
	"github.com/ksef-go/ksef/internal/csr"
)

type enrollOptions struct {
	kind, validFrom, out, key string
	rsa                       bool
	password                  secret
}

func (a *app) newCertEnroll() *cobra.Command {
	var opts enrollOptions
	cmd := &cobra.Command{
		Use:     "enroll " + a.say.namePlaceholder(),
		Short:   a.say.enrollShort(),
		Long:    a.say.enrollLong(),
		Example: "  ksef cert enroll \"ERP 2026\" --out erp --key-password-env ERP_KEY_PASSWORD\n  ksef cert enroll \"Kasa offline\" --type Offline --out kasa",
		Args:    a.oneArg(a.say.aCertName),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.enroll(cmd.Context(), args[0], opts) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&opts.out, "out", "", a.say.enrollOutFlag())
	f.StringVar(&opts.kind, "type", string(ksef.AuthenticationCertificate), a.say.certTypeFlag())
	f.StringVar(&opts.validFrom, "valid-from", "", a.say.validFromFlag())
	f.StringVar(&opts.key, "use-key", "", a.say.useKeyFlag())
	f.BoolVar(&opts.rsa, "rsa", false, a.say.rsaFlag())
	opts.password.flags = "key-password"
	f.StringVar(&opts.password.variable, "key-password-env", "", a.say.passwordEnvFlag())
	f.StringVar(&opts.password.file, "key-password-file", "", a.say.passwordFileFlag())
	_ = cmd.RegisterFlagCompletionFunc("type", cobra.FixedCompletions(certTypes(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// enroll orders a certificate and writes it with its key to files. The key is
// kept before anything is ordered, so that no certificate is ever without it,
// and an order whose outcome was lost is not made twice.
func (a *app) enroll(ctx context.Context, name string, opts enrollOptions) error {
	kind, err := a.oneOf("type", opts.kind, certTypes())
	if err != nil {
		return err
	}
	from, err := a.moment("valid-from", opts.validFrom)
	if err != nil {
		return err
	}
	if opts.out == "" {
		return &usageError{a.say.enrollNeedsOut(), ""}
	}
	if opts.key != "" && opts.rsa {
		return &usageError{a.say.oneOfFlags([]string{"--use-key", "--rsa"}), ""}
	}
	if opts.password.variable != "" && opts.password.file != "" {
		return &usageError{a.say.oneSource(), ""}
	}
	if a.exists(opts.out + ".pem") {
		return &usageError{a.say.fileExists(opts.out + ".pem"), ""}
	}
	if err := a.directoryOfOut(opts.out); err != nil {
		return err
	}
	password, err := a.readSecret(opts.password)
	if err != nil {
		return err
	}
	order := &enrolling{app: a, file: opts.out + ".enrollment.json", key: cmp.Or(opts.key, opts.out+".key"), given: opts.key != "", password: password}
	if err := order.open(name, ksef.CertificateType(kind), opts); err != nil {
		return err
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		if err := order.run(ctx, s, from); err != nil && order.Ordered.IsZero() {
			return err
		} else if err != nil {
			return &hintedError{err, a.say.hintAgain()}
		}
		return a.writeCertificate(order, opts.out)
	})
}

// exists reports whether there is a file of a name.
func (a *app) exists(name string) bool {
	_, err := os.Stat(a.path(name))
	return err == nil
}

// enrolling is an order for a certificate, kept in a file until that is there.
// Its key is in a file of its own.
type enrolling struct {
	*app
	file, key string
	given     bool   // by --use-key
	password  string // of the key
	ksef.Enrollment
}

// open goes on with the order in the file, or begins one.
func (e *enrolling) open(name string, kind ksef.CertificateType, opts enrollOptions) error {
	text, err := e.readFile(e.file)
	if err == nil {
		if err := json.Unmarshal(text, &e.Enrollment); err != nil {
			return fmt.Errorf("%s: %w", e.file, err)
		}
		switch same := e.Name == name && e.Type == kind; {
		case e.Ordered.IsZero(): // refused, such as for its name: another order may have its key
			e.Name, e.Type = name, kind
		case !same:
			return &usageError{e.say.otherEnrollment(e.file, e.Name), ""}
		default:
			e.note(e.say.enrollResumed())
		}
		return e.readKey()
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	e.Enrollment = ksef.Enrollment{Name: name, Type: kind}
	if opts.key == "" {
		err = e.makeKey(opts.rsa)
	} else {
		err = e.readKey()
	}
	if err != nil {
		return err
	}
	return e.save()
}

// makeKey makes a key and keeps it, encrypted when there is a password, before
// there is anything that it could be lost for.
func (e *enrolling) makeKey(rsa bool) error {
	if e.exists(e.key) {
		return &usageError{e.say.fileExists(e.key), e.say.hintUseKey(e.key)}
	}
	key, err := csr.NewKey(rsa)
	if err != nil {
		return err
	}
	text, err := certs.EncodeKey(key, e.password)
	if err != nil {
		return err
	}
	e.Certificate.PrivateKey = key
	return e.writeFile(e.key, text, 0o600)
}

func (e *enrolling) readKey() error {
	text, err := e.readFile(e.key)
	if err == nil {
		e.Certificate.PrivateKey, err = certs.ParseKey(text, e.password)
	}
	if err != nil && e.given {
		return e.fault("use-key", e.key, err)
	}
	if err != nil {
		return e.unusable(fmt.Errorf("%s: %w", e.key, err))
	}
	return nil
}

// save keeps the order, without the key.
func (e *enrolling) save() error {
	kept := e.Enrollment
	kept.Certificate.PrivateKey = nil
	text, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	return e.writeFile(e.file, text, 0o600)
}

// settled is how long it takes until an order whose answer was lost has come to
// something or to nothing.
const settled = 10 * time.Minute

// run brings the order to its certificate.
func (e *enrolling) run(ctx context.Context, s *signedIn, from time.Time) error {
	if !e.Ordered.IsZero() {
		err := s.Certificates.Resume(ctx, &e.Enrollment)
		switch {
		case !errors.Is(err, ksef.ErrNoCertificate):
			return errors.Join(err, e.save())
		case e.now().Sub(e.Ordered) < settled:
			return errors.Join(&outcomeError{exitPending, e.say.enrollNotYet(e.Ordered.Add(settled).Local()), ""}, e.save())
		}
	}
	e.Ordered = e.now()
	if err := e.save(); err != nil {
		return err
	}
	made, err := s.Certificates.Enroll(ctx, e.Name, &ksef.EnrollOptions{
		Type: e.Type, ValidFrom: from, Key: e.Certificate.PrivateKey.(crypto.Signer), // which it was made or decoded as
	})
	if made == nil { // refused: there is no order to go on with
		e.Ordered = time.Time{}
		return errors.Join(err, e.save())
	}
	e.Enrollment = *made
	return errors.Join(err, e.save())
}

// writeCertificate writes the certificate and forgets the order. The key may be
// another than at the beginning, so whether they fit is looked at once more.
func (a *app) writeCertificate(e *enrolling, out string) error {
	issued := ksef.IssuedCertificate{Certificate: e.Certificate.Certificate[0], SerialNumber: e.SerialNumber}
	if _, err := issued.Pair(e.Certificate.PrivateKey.(crypto.Signer)); err != nil {
		return err
	}
	if err := a.writeFile(out+".pem", certificatePEM(issued), 0o644); err != nil {
		return err
	}
	if err := os.Remove(a.path(e.file)); err != nil {
		return err
	}
	return show(a, []column[ksef.Enrollment]{
		{"serialNumber", a.say.colSerial(), func(c ksef.Enrollment) any { return string(c.SerialNumber) }},
		{"name", a.say.colName(), func(c ksef.Enrollment) any { return c.Name }},
		{"type", a.say.colType(), func(c ksef.Enrollment) any { return string(c.Type) }},
		{"validTo", a.say.colValidTo(), func(c ksef.Enrollment) any { return c.Certificate.Leaf.NotAfter }},
		{"certificate", a.say.colCertFile(), func(ksef.Enrollment) any { return out + ".pem" }},
		{"key", a.say.colKeyFile(), func(ksef.Enrollment) any { return e.key }},
	}, e.Enrollment)
}
