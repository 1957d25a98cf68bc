package cli

import (
	"crypto/sha256"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/qr"
	"github.com/ksef-go/ksef/schema"
)

type invoiceLinkOptions struct {
	ksefNumber        string
	cert, key, p12    string
	password          secret
	image, imageOfTwo string
	base              string
}

func (a *app) newInvoiceLink() *cobra.Command {
	var opts invoiceLinkOptions
	cmd := &cobra.Command{
		Use:   "link " + a.say.filePlaceholder(),
		Short: a.say.invoiceLinkShort(),
		Long:  a.say.invoiceLinkLong(),
		Example: "  ksef invoice link --env production invoice.xml\n" +
			"  ksef invoice link --env production invoice.xml --qr code1.png \\\n" +
			"    --offline-cert offline.pem --offline-key offline.key --qr2 code2.svg",
		Args: a.oneArg(a.say.aDocument),
		RunE: func(_ *cobra.Command, args []string) error { return a.linkInvoice(args[0], opts) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	parsedVar(f, &opts.ksefNumber, "ksef-number", a.say.linkNumberFlag(), ksef.ParseKSeFNumber)
	patternVar(f, &opts.image, "qr", a.say.qrFlag(), image, a.say.wantImage())
	patternVar(f, &opts.imageOfTwo, "qr2", a.say.qr2Flag(), image, a.say.wantImage())
	f.StringVar(&opts.cert, "offline-cert", "", a.say.offlineCertFlag())
	f.StringVar(&opts.key, "offline-key", "", a.say.offlineKeyFlag())
	f.StringVar(&opts.p12, "offline-p12", "", a.say.offlineP12Flag())
	f.StringVar(&opts.password.variable, "offline-password-env", "", a.say.passwordEnvFlag())
	f.StringVar(&opts.password.file, "offline-password-file", "", a.say.passwordFileFlag())
	a.urlVar(f, &opts.base, "qr-base", a.say.qrBaseFlag(), string(qr.Test))
	return cmd
}

// image is how the names of images end.
var image = regexp.MustCompile(`(?i)\.(png|svg)$`)

// verification is a link that is printed on an invoice, with its picture.
type verification struct{ code, url, file string }

// linkInvoice writes the links of an invoice, and their QR codes to files.
func (a *app) linkInvoice(name string, opts invoiceLinkOptions) error {
	account, err := a.account()
	if err != nil {
		return err
	}
	content, err := a.readFile(name)
	if err != nil {
		return a.unusable(err)
	}
	first, err := a.invoiceLink(name, content, pages(account, opts.base))
	if err != nil {
		return err
	}
	var links []verification
	symbol, err := first.Symbol(opts.ksefNumber)
	if err != nil {
		return err
	}
	if links, err = a.addLink(links, "I", first, symbol, "qr", opts.image); err != nil {
		return err
	}
	if opts.cert != "" || opts.key != "" || opts.p12 != "" {
		second, err := a.certificateLink(first, account, opts)
		if err != nil {
			return err
		}
		if symbol, err = second.Symbol(); err != nil {
			return err
		}
		if links, err = a.addLink(links, "II", second, symbol, "qr2", opts.imageOfTwo); err != nil {
			return err
		}
	} else if opts.imageOfTwo != "" {
		return &usageError{a.say.qr2Needs(), ""}
	}
	return list(a, []column[verification]{
		{"code", a.say.colKind(), func(v verification) any { return v.code }},
		{"url", "URL", func(v verification) any { return v.url }},
		{"file", a.say.colFile(), func(v verification) any { return v.file }},
	}, all(links))
}

// invoiceLink is the link of code I, to what the document says.
func (a *app) invoiceLink(name string, content []byte, base qr.Base) (*qr.InvoiceLink, error) {
	invoice := schema.ValidateBytes(content, schema.Any, nil).Invoice
	issued, err := time.Parse(time.DateOnly, invoice.IssueDate)
	if err != nil || invoice.SellerNIP == "" {
		return nil, &usageError{fmt.Sprintf("%s: %s", name, a.say.noSellerOrDate()), a.say.hintCheck()}
	}
	return &qr.InvoiceLink{Base: base, SellerNIP: invoice.SellerNIP, Issued: issued, Hash: sha256.Sum256(content)}, nil
}

// pages is where the links lead: to the ministry's pages of the environment, or to the pages that an emulator on
// this machine has beside its API, as the sandbox does. A proxy elsewhere has none of its own.
func pages(account *account, told string) qr.Base {
	if told != "" {
		return qr.Base(strings.TrimSuffix(told, "/"))
	}
	if u := onThisMachine(account.baseURL); u != nil {
		return qr.Base(u.Scheme + "://" + u.Host)
	}
	return map[ksef.Environment]qr.Base{ksef.Test: qr.Test, ksef.Demo: qr.Demo, ksef.Production: qr.Production}[account.environment]
}

// onThisMachine returns a base URL that leads to an emulator here, and nil for every
// other.
func onThisMachine(base string) *url.URL {
	u, err := url.Parse(base)
	if err != nil {
		return nil
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
		return u
	}
	return nil
}

// certificateLink is the link of code II, signed with an Offline certificate.
func (a *app) certificateLink(first *qr.InvoiceLink, account *account, opts invoiceLinkOptions) (*qr.CertificateLink, error) {
	p, err := a.proofOfFlags(proofFlags{
		prefix: "offline-",
		cert:   opts.cert, key: opts.key, p12: opts.p12, passwordEnv: opts.password.variable, passwordFile: opts.password.file,
	})
	if err != nil {
		return nil, err
	}
	password, err := a.readSecret(p.secret)
	if err != nil {
		return nil, err
	}
	cert, err := a.certificate(p, password)
	if err != nil {
		return nil, err
	}
	in := qr.Context{Type: qr.NIP, Value: first.SellerNIP}
	if account.context.Value != "" {
		in = qr.Context{Type: qr.ContextType(account.context.Kind), Value: account.context.Value}
	}
	second := &qr.CertificateLink{Base: first.Base, Context: in, SellerNIP: first.SellerNIP, Hash: first.Hash}
	return second, a.unusable(second.SignWith(cert))
}

// addLink adds a link and draws its code into the file that a flag names, if one
// is named.
func (a *app) addLink(links []verification, code string, link qr.Link, symbol *qr.Symbol, flag, file string) ([]verification, error) {
	url, err := link.URL()
	if err != nil {
		return nil, err
	}
	if file != "" {
		draw := symbol.PNG
		if strings.EqualFold(filepath.Ext(file), ".svg") {
			draw = symbol.SVG
		}
		image, err := draw(nil)
		if err != nil {
			return nil, err
		}
		if err := a.fault(flag, file, a.writeFile(file, image, 0o644)); err != nil {
			return nil, err
		}
	}
	return append(links, verification{code, url, file}), nil
}
