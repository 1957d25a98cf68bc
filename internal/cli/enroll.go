package cli

import (
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
	kind, validFrom, out string
	rsa                  bool
	password             secret
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
	f.BoolVar(&opts.rsa, "rsa", false, a.say.rsaFlag())
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
	for _, ending := range []string{".pem", ".key"} {
		if _, err := os.Stat(a.path(opts.out + ending)); err == nil {
			return &usageError{a.say.fileExists(opts.out + ending), ""}
		}
	}
	password, err := a.readSecret(opts.password)
	if err != nil {
		return err
	}
	order := &enrolling{app: a, file: opts.out + ".enrollment.json"}
	if err := order.open(name, ksef.CertificateType(kind), opts.rsa); err != nil {
		return err
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		if err := order.run(ctx, s, from); err != nil {
			return &hintedError{err, a.say.hintAgain()}
		}
		return a.writeCertificate(order, opts.out, password)
	})
}

// enrolling is an order for a certificate, kept in a file until that is there.
type enrolling struct {
	*app
	file string
	ksef.Enrollment
}

// open goes on with the order in the file, or begins one with a fresh key.
func (e *enrolling) open(name string, kind ksef.CertificateType, rsa bool) error {
	text, err := e.readFile(e.file)
	if err == nil {
		if err := json.Unmarshal(text, &e.Enrollment); err != nil {
			return fmt.Errorf("%s: %w", e.file, err)
		}
		if e.Name != name || e.Type != kind {
			return &usageError{e.say.otherEnrollment(e.file, e.Name), ""}
		}
		e.note(e.say.sendResumed())
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	key, err := csr.NewKey(rsa)
	if err != nil {
		return err
	}
	e.Enrollment = ksef.Enrollment{Name: name, Type: kind}
	e.Certificate.PrivateKey = key
	return e.save()
}

func (e *enrolling) save() error {
	text, err := json.Marshal(e.Enrollment)
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
		if !errors.Is(err, ksef.ErrNoCertificate) || e.now().Sub(e.Ordered) < settled {
			return errors.Join(err, e.save())
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

// writeCertificate writes the certificate and its key, and forgets the order.
func (a *app) writeCertificate(e *enrolling, out, password string) error {
	certPEM, keyPEM, err := certs.EncodePEM(e.Certificate, password)
	if err != nil {
		return err
	}
	if err := a.writeFile(out+".key", keyPEM, 0o600); err != nil {
		return err
	}
	if err := a.writeFile(out+".pem", certPEM, 0o644); err != nil {
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
		{"key", a.say.colKeyFile(), func(ksef.Enrollment) any { return out + ".key" }},
	}, e.Enrollment)
}
