package cli

import (
	"crypto/tls"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
)

type certTestOptions struct {
	out              string
	person, p12, rsa bool
	password         secret
}

func (a *app) newCertTest() *cobra.Command {
	var opts certTestOptions
	cmd := &cobra.Command{
		Use:     "test " + a.say.contextPlaceholder(),
		Short:   a.say.certTestShort(),
		Long:    a.say.certTestLong(),
		Example: "  ksef cert test 5261040828 --out seal\n  ksef cert test 44051401359 --person --out anna",
		Args:    a.oneArg(a.say.aHolder),
		RunE:    func(_ *cobra.Command, args []string) error { return a.makeTestCert(args[0], opts) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&opts.out, "out", "", a.say.enrollOutFlag())
	f.BoolVar(&opts.person, "person", false, a.say.testPersonFlag())
	f.BoolVar(&opts.p12, "as-p12", false, a.say.testP12Flag())
	f.BoolVar(&opts.rsa, "rsa", false, a.say.rsaFlag())
	opts.password.flags = "key-password"
	f.StringVar(&opts.password.variable, "key-password-env", "", a.say.passwordEnvFlag())
	f.StringVar(&opts.password.file, "key-password-file", "", a.say.passwordFileFlag())
	return cmd
}

// testCertificate makes a certificate in the shape that fits the holder.
func testCertificate(number string, person, rsa bool) (tls.Certificate, error) {
	opts := &certs.TestOptions{ECDSA: !rsa}
	switch {
	case strings.HasPrefix(number, "P"):
		id, err := ksef.ParsePeppolID(number)
		if err != nil {
			return tls.Certificate{}, err
		}
		return certs.NewTestPeppol(string(id), opts)
	case person && len(number) == 11:
		pesel, err := ksef.ParsePESEL(number)
		if err != nil {
			return tls.Certificate{}, err
		}
		return certs.NewTestPerson(string(pesel), opts)
	}
	nip, err := ksef.ParseNIP(number)
	if err != nil {
		return tls.Certificate{}, err
	}
	if person {
		return certs.NewTestPerson(string(nip), opts)
	}
	return certs.NewTestSeal(string(nip), opts)
}

func (a *app) makeTestCert(number string, opts certTestOptions) error {
	if opts.out == "" {
		return &usageError{a.say.enrollNeedsOut(), ""}
	}
	if opts.password.variable != "" && opts.password.file != "" {
		return &usageError{a.say.oneSource(), ""}
	}
	certFile, keyFile := opts.out+".pem", opts.out+".key"
	if opts.p12 {
		certFile, keyFile = opts.out+".p12", opts.out+".p12"
	}
	for _, name := range []string{certFile, keyFile} {
		if a.exists(name) {
			return &usageError{a.say.fileExists(name), ""}
		}
	}
	if err := a.directoryOfOut(opts.out); err != nil {
		return err
	}
	password, err := a.readSecret(opts.password)
	if err != nil {
		return err
	}
	cert, err := testCertificate(number, opts.person, opts.rsa)
	if err != nil {
		return err
	}
	if err := a.writePair(cert, certFile, keyFile, password); err != nil {
		return err
	}
	return show(a, []column[tls.Certificate]{
		{"fingerprint", a.say.colFingerprint(), func(c tls.Certificate) any { return certs.Fingerprint(c.Leaf) }},
		{"validTo", a.say.colValidTo(), func(c tls.Certificate) any { return c.Leaf.NotAfter }},
		{"certificate", a.say.colCertFile(), func(tls.Certificate) any { return certFile }},
		{"key", a.say.colKeyFile(), func(tls.Certificate) any { return keyFile }},
	}, cert)
}

// writePair writes a certificate and its key into two files in PEM, or one .p12.
func (a *app) writePair(cert tls.Certificate, certFile, keyFile, password string) error {
	if certFile == keyFile {
		archive, err := certs.EncodeP12(cert, password)
		if err != nil {
			return err
		}
		return a.writeFile(certFile, archive, 0o600)
	}
	certPEM, keyPEM, err := certs.EncodePEM(cert, password)
	if err != nil {
		return err
	}
	if err := a.writeFile(keyFile, keyPEM, 0o600); err != nil {
		return err
	}
	return a.writeFile(certFile, certPEM, 0o644)
}
