package cli

import (
	"context"
	"encoding/pem"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
)

func (a *app) newCert() *cobra.Command {
	return a.withProof(a.group("cert", a.say.certShort(),
		a.newCertEnroll(),
		a.newCertList(),
		a.newCertGet(),
		a.newCertRevoke(),
		a.newCertLimits(),
		a.newCertData(),
		a.newCertTest(),
	))
}

func certTypes() []string {
	return texts([]ksef.CertificateType{ksef.AuthenticationCertificate, ksef.OfflineCertificate})
}

func certStatuses() []string {
	return texts([]ksef.CertificateStatus{ksef.CertificateActive, ksef.CertificateBlocked, ksef.CertificateRevoked, ksef.CertificateExpired})
}

type certListOptions struct {
	serial, name, kind, status, expiresAfter string
	limit                                    int
}

func (a *app) newCertList() *cobra.Command {
	var opts certListOptions
	cmd := &cobra.Command{
		Use:   "list",
		Short: a.say.certListShort(),
		Args:  a.noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.listCerts(cmd.Context(), opts) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	parsedVar(f, &opts.serial, "serial", a.say.certSerialFlag(), ksef.ParseCertificateSerial)
	f.StringVar(&opts.name, "name", "", a.say.certNameFlag())
	f.StringVar(&opts.kind, "type", "", a.say.certTypeFlag())
	f.StringVar(&opts.status, "status", "", a.say.certStatusFlag())
	f.StringVar(&opts.expiresAfter, "expires-after", "", a.say.certExpiresFlag())
	a.limitVar(f, &opts.limit)
	_ = cmd.RegisterFlagCompletionFunc("type", cobra.FixedCompletions(certTypes(), cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("status", cobra.FixedCompletions(certStatuses(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (a *app) certColumns() []column[ksef.CertificateInfo] {
	type c = ksef.CertificateInfo
	return []column[c]{
		{"serialNumber", a.say.colSerial(), func(i c) any { return string(i.SerialNumber) }},
		{"name", a.say.colName(), func(i c) any { return i.Name }},
		{"type", a.say.colType(), func(i c) any { return string(i.Type) }},
		{"status", a.say.colStatus(), func(i c) any { return string(i.Status) }},
		{"validFrom", a.say.colValidFrom(), func(i c) any { return i.ValidFrom }},
		{"validTo", a.say.colValidTo(), func(i c) any { return i.ValidTo }},
		{"lastUsed", a.say.colLastUsed(), func(i c) any { return i.LastUsed }},
		{"commonName", "", func(i c) any { return i.CommonName }},
		{"subjectType", "", func(i c) any { return string(i.Subject.Kind) }},
		{"subject", "", func(i c) any { return i.Subject.Value }},
		{"requested", "", func(i c) any { return i.Requested }},
	}
}

func (a *app) listCerts(ctx context.Context, opts certListOptions) (err error) {
	q := &ksef.CertificateQuery{ListOptions: ksef.ListOptions{PageSize: 50}, SerialNumber: ksef.CertificateSerial(opts.serial), Name: opts.name}
	if q.Type, err = optional[ksef.CertificateType](a, "type", opts.kind, certTypes()); err != nil {
		return err
	}
	if q.Status, err = optional[ksef.CertificateStatus](a, "status", opts.status, certStatuses()); err != nil {
		return err
	}
	if q.ExpiresAfter, err = a.moment("expires-after", opts.expiresAfter); err != nil {
		return err
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		return list(a, a.certColumns(), first(opts.limit, s.Certificates.All(ctx, q)))
	})
}

func (a *app) newCertGet() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "get " + a.say.serialsPlaceholder(),
		Short: a.say.certGetShort(),
		Args:  a.someArgs(a.say.aSerial),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.getCerts(cmd.Context(), args, out) },
	}
	cmd.Flags().StringVar(&out, "out", "", a.say.certOutDirFlag())
	return cmd
}

// getCerts writes certificates in PEM: one to standard output, or each to a file.
func (a *app) getCerts(ctx context.Context, args []string, out string) error {
	serials := make([]ksef.CertificateSerial, len(args))
	for i, text := range args {
		serial, err := ksef.ParseCertificateSerial(text)
		if err != nil {
			return err
		}
		serials[i] = serial
	}
	if out != "" {
		if err := a.fault("out", out, a.makeDir(out)); err != nil {
			return err
		}
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		found, err := s.Certificates.Retrieve(ctx, serials...)
		if err != nil {
			return err
		}
		for _, serial := range serials {
			if !slices.ContainsFunc(found, func(c ksef.IssuedCertificate) bool { return c.SerialNumber == serial }) {
				return &outcomeError{exitRejected, a.say.noCertificate(string(serial)), ""}
			}
		}
		file := func(c ksef.IssuedCertificate) string { return filepath.Join(out, string(c.SerialNumber)+".pem") }
		for _, c := range found {
			switch {
			case out != "":
				err = a.unwritten(out, a.writeFile(file(c), certificatePEM(c), 0o644))
			case !a.flags.json:
				err = a.writeFile(dash, certificatePEM(c), 0)
			}
			if err != nil {
				return err
			}
		}
		if out == "" && !a.flags.json {
			return nil
		}
		where := column[ksef.IssuedCertificate]{"file", a.say.colFile(), func(c ksef.IssuedCertificate) any { return file(c) }}
		if out == "" {
			where = column[ksef.IssuedCertificate]{"document", "", func(c ksef.IssuedCertificate) any { return string(certificatePEM(c)) }}
		}
		return list(a, []column[ksef.IssuedCertificate]{
			{"serialNumber", a.say.colSerial(), func(c ksef.IssuedCertificate) any { return string(c.SerialNumber) }},
			{"name", a.say.colName(), func(c ksef.IssuedCertificate) any { return c.Name }},
			{"type", a.say.colType(), func(c ksef.IssuedCertificate) any { return string(c.Type) }},
			where,
		}, all(found))
	})
}

func certificatePEM(c ksef.IssuedCertificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate})
}

func reasons() []string {
	return texts([]ksef.RevocationReason{ksef.ReasonUnspecified, ksef.ReasonSuperseded, ksef.ReasonKeyCompromise})
}

func (a *app) newCertRevoke() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "revoke " + strings.TrimSuffix(a.say.serialsPlaceholder(), "…"),
		Short: a.say.certRevokeShort(),
		Args:  a.oneArg(a.say.aSerial),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.revokeCert(cmd.Context(), args[0], reason) },
	}
	cmd.Flags().StringVar(&reason, "reason", "", a.say.certReasonFlag())
	_ = cmd.RegisterFlagCompletionFunc("reason", cobra.FixedCompletions(reasons(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (a *app) revokeCert(ctx context.Context, text, why string) error {
	serial, err := ksef.ParseCertificateSerial(text)
	if err != nil {
		return err
	}
	reason, err := optional[ksef.RevocationReason](a, "reason", why, reasons())
	if err != nil {
		return err
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		if err := s.Certificates.Revoke(ctx, serial, reason); err != nil {
			return err
		}
		return a.done(a.say.certRevoked(string(serial)), member{"serialNumber", serial}, member{"revoked", true})
	})
}

func (a *app) newCertLimits() *cobra.Command {
	return &cobra.Command{
		Use:   "limits",
		Short: a.say.certLimitsShort(),
		Args:  a.noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.authenticated(cmd.Context(), a.showCertLimits) },
	}
}

func (a *app) showCertLimits(ctx context.Context, s *signedIn) error {
	limits, err := s.Certificates.Limits(ctx)
	if err != nil {
		return err
	}
	type l = ksef.CertificateLimits
	return show(a, []column[l]{
		{"canRequest", a.say.colCanRequest(), func(c l) any { return c.CanRequest }},
		{"enrollmentsRemaining", a.say.colOrdersLeft(), func(c l) any { return c.Enrollment.Remaining }},
		{"enrollmentsLimit", a.say.colOrdersLimit(), func(c l) any { return c.Enrollment.Limit }},
		{"certificatesRemaining", a.say.colCertsLeft(), func(c l) any { return c.Certificate.Remaining }},
		{"certificatesLimit", a.say.colCertsLimit(), func(c l) any { return c.Certificate.Limit }},
	}, *limits)
}

func (a *app) newCertData() *cobra.Command {
	return &cobra.Command{
		Use:   "data",
		Short: a.say.certDataShort(),
		Args:  a.noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.authenticated(cmd.Context(), a.showCertData) },
	}
}

func (a *app) showCertData(ctx context.Context, s *signedIn) error {
	data, err := s.Certificates.EnrollmentData(ctx)
	if err != nil {
		return err
	}
	type d = ksef.EnrollmentData
	return show(a, []column[d]{
		{"commonName", "CN", func(d d) any { return d.CommonName }},
		{"countryName", "C", func(d d) any { return d.CountryName }},
		{"givenName", "GN", func(d d) any { return d.GivenName }},
		{"surname", "SN", func(d d) any { return d.Surname }},
		{"serialNumber", "serialNumber", func(d d) any { return d.SerialNumber }},
		{"uniqueIdentifier", "uniqueIdentifier", func(d d) any { return d.UniqueIdentifier }},
		{"organizationName", "O", func(d d) any { return d.OrganizationName }},
		{"organizationIdentifier", "organizationIdentifier", func(d d) any { return d.OrganizationIdentifier }},
	}, *data)
}
