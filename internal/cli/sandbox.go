package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef/sandbox"
)

func (a *app) newSandbox() *cobra.Command {
	return a.group("sandbox", a.say.sandboxShort(),
		a.newSandboxServe(),
		a.newSandboxState(),
		a.newSandboxAdvance(),
		a.newSandboxFault(),
		a.newSandboxReset(),
	)
}

// serveOptions says where and how to serve. An address may be off.
type serveOptions struct {
	listen, tlsListen, admin string
	allowRemote              bool
	caFile                   string
	seed                     uint64
	latency                  time.Duration
	rateLimits               string
}

// The addresses of a sandbox where nobody gives others.
const (
	defaultListen    = "127.0.0.1:8080"
	defaultTLSListen = "127.0.0.1:8443"
	defaultAdmin     = "127.0.0.1:8081"
)

// off is the address of what is not to be served.
const off = "off"

func (a *app) newSandboxServe() *cobra.Command {
	var opts serveOptions
	cmd := &cobra.Command{
		Use:     "serve",
		Short:   a.say.serveShort(),
		Long:    a.say.serveLong(),
		Example: "  ksef sandbox serve\n  ksef sandbox serve --listen 127.0.0.1:0 --tls-listen off --admin off --json",
		Args:    a.noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), opts) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&opts.listen, "listen", defaultListen, a.say.listenFlag())
	f.StringVar(&opts.tlsListen, "tls-listen", defaultTLSListen, a.say.tlsListenFlag())
	f.StringVar(&opts.admin, "admin", defaultAdmin, a.say.adminFlag())
	f.BoolVar(&opts.allowRemote, "allow-remote", false, a.say.allowRemoteFlag())
	f.StringVar(&opts.caFile, "ca-file", "", a.say.caFileFlag())
	judgedVar(f, &opts.seed, "seed", 0, a.say.seedFlag(), func(text string) (uint64, error) {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return 0, errors.New(a.say.wantNumber(0, noMost))
		}
		return seed, nil
	})
	a.spanVar(f, &opts.latency, "latency", a.say.latencyFlag())
	a.choiceVar(f, &opts.rateLimits, "rate-limits", off, slices.Sorted(maps.Keys(rateLimits())), a.say.rateLimitsFlag())
	return cmd
}

// rateLimits are the limits of requests that go by a name.
func rateLimits() map[string]sandbox.RateLimits {
	return map[string]sandbox.RateLimits{
		off: sandbox.NoRateLimits, "production": sandbox.ProductionRateLimits, "test": sandbox.TestRateLimits,
	}
}

// served tells where the sandbox can be reached.
type served struct {
	HTTP     string `json:"http,omitempty"`
	HTTPS    string `json:"https,omitempty"`
	CAFile   string `json:"caFile,omitempty"`
	Latarnia string `json:"latarnia,omitempty"` // the status service, over HTTP if there is a choice
	Admin    string `json:"admin,omitempty"`
}

// serve serves a sandbox until ctx ends, which is its proper end.
func (a *app) serve(ctx context.Context, opts serveOptions) error {
	if err := a.checkServe(opts); err != nil {
		return err
	}
	box := sandbox.New(&sandbox.Options{Seed: opts.seed, Now: a.now, Latency: opts.latency, RateLimits: rateLimits()[opts.rateLimits], Logger: a.logger()})
	var at served
	var d doors
	defer d.close()
	if opts.listen != off {
		address, err := d.open(ctx, a.listen, opts.listen, box, nil)
		if err != nil {
			return err
		}
		at.HTTP = "http://" + address + "/v2"
	}
	if opts.tlsListen != off {
		cert, err := box.TLSCertificate()
		if err != nil {
			return err
		}
		address, err := d.open(ctx, a.listen, opts.tlsListen, box, &cert)
		if err != nil {
			return err
		}
		at.HTTPS = "https://" + address + "/v2"
		file, remove, err := a.writeCA(box, opts.caFile)
		if err != nil {
			return err
		}
		defer remove()
		at.CAFile = file
	}
	if at.Latarnia = strings.TrimSuffix(at.HTTP, "/v2"); at.HTTP == "" {
		at.Latarnia = strings.TrimSuffix(at.HTTPS, "/v2")
	}
	at.Latarnia += "/latarnia"
	if opts.admin != off {
		address, err := d.open(ctx, a.listen, opts.admin, box.Admin(), nil)
		if err != nil {
			return err
		}
		at.Admin = "http://" + address
	}
	if err := a.announce(at); err != nil {
		return err
	}
	return d.serve(ctx, a.logger())
}

// checkServe refuses addresses that others could reach: the sandbox believes
// everybody, and its secrets can be foreseen.
func (a *app) checkServe(opts serveOptions) error {
	if opts.listen == off && opts.tlsListen == off {
		return &usageError{a.say.nothingToServe(), ""}
	}
	for _, flag := range []struct{ name, address string }{
		{"listen", opts.listen}, {"tls-listen", opts.tlsListen}, {"admin", opts.admin},
	} {
		if flag.address == off {
			continue
		}
		host, port, err := net.SplitHostPort(flag.address)
		if _, number := strconv.ParseUint(port, 10, 16); err != nil || number != nil {
			return a.notMeant(flag.name, flag.address, a.say.wantAddress())
		}
		ip := net.ParseIP(host)
		if !opts.allowRemote && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return &usageError{a.say.flagValue(flag.name, flag.address, errors.New(a.say.notLoopback())), a.say.hintAllowRemote()}
		}
	}
	return nil
}

// writeCA writes the certificate that clients must trust. A file nobody named
// goes when the sandbox does.
func (a *app) writeCA(box *sandbox.Server, name string) (file string, remove func(), err error) {
	pem, err := box.CA()
	if err != nil {
		return "", nil, err
	}
	if name != "" {
		file, err := filepath.Abs(a.path(name)) // to be used elsewhere, too
		if err == nil {
			err = os.WriteFile(file, pem, 0o644)
		}
		return file, func() {}, a.fault("ca-file", name, err)
	}
	f, err := os.CreateTemp(a.tempDir, "ksef-sandbox-ca-*.pem")
	if err != nil {
		return "", nil, err
	}
	remove = func() { os.Remove(f.Name()) } // best effort: it holds no secret
	if _, err = f.Write(pem); err == nil {
		err = f.Close()
	}
	if err != nil {
		f.Close()
		remove()
	}
	return f.Name(), remove, err
}

// announce tells where the sandbox is, once it can be reached there.
func (a *app) announce(at served) error {
	if a.flags.json {
		return a.writeJSON(at)
	}
	fmt.Fprintln(a.stdout, a.paint(a.stdoutTTY, bold, a.say.servingTitle()))
	a.columns(func(row func(left, right string)) {
		for _, line := range []struct{ name, value string }{
			{"HTTP", at.HTTP}, {"HTTPS", at.HTTPS}, {"CA", at.CAFile}, {"Latarnia", at.Latarnia}, {"Admin", at.Admin},
		} {
			if line.value != "" {
				row(line.name, line.value)
			}
		}
	})
	url, title, trusted, trusting := at.HTTP, a.say.pointingTitle(), "", ""
	if url == "" {
		url, title, trusted, trusting = at.HTTPS, a.say.pointingTrustingTitle(), "SSL_CERT_FILE="+at.CAFile+" ", "--cacert "+at.CAFile+" "
	}
	a.heading(title)
	a.columns(func(row func(left, right string)) {
		row("ksef", "export "+trusted+at.variables(url))
		row("Go", fmt.Sprintf("ksef.NewClient(ksef.Test, &ksef.Options{BaseURL: %q})", url))
		row("Python", fmt.Sprintf("ksef2.Environment.TEST._value_ = %q; ksef2.Client(ksef2.Environment.TEST)", url))
		row("curl", "curl "+trusting+"-X POST "+url+"/auth/challenge")
	})
	if at.HTTPS == "" || at.HTTPS == url {
		return nil
	}
	a.heading(a.say.trustingTitle())
	a.columns(func(row func(left, right string)) {
		row("ksef", "export SSL_CERT_FILE="+at.CAFile+" "+at.variables(at.HTTPS))
		row("curl", "curl --cacert "+at.CAFile+" -X POST "+at.HTTPS+"/auth/challenge")
	})
	return nil
}

// variables are those with which commands find the sandbox, and its controls.
func (at served) variables(base string) string {
	text := "KSEF_BASE_URL=" + base
	if at.Admin != "" && (at.Admin != controls(defaultAdmin) || !ofDefaultSandbox(base)) {
		text += " KSEF_" + sandboxAdmin + "=" + at.Admin
	}
	return text
}
