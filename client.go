package ksef

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Environment is a KSeF installation.
type Environment string

// The ministry's installations. Invoices in Test and Demo have no legal force;
// only Test accepts self-signed certificates and made-up taxpayers.
const (
	Test       Environment = "test"
	Demo       Environment = "demo"
	Production Environment = "production"
)

// BaseURL returns the root of the environment's API, or "" when unknown.
func (e Environment) BaseURL() string {
	switch e {
	case Test:
		return "https://api-test.ksef.mf.gov.pl/v2"
	case Demo:
		return "https://api-demo.ksef.mf.gov.pl/v2"
	case Production:
		return "https://api.ksef.mf.gov.pl/v2"
	}
	return ""
}

// LighthouseURL returns the root of the environment's status service, or ""
// when it has none.
func (e Environment) LighthouseURL() string {
	switch e {
	case Test:
		return "https://api-latarnia-test.ksef.mf.gov.pl"
	case Production:
		return "https://api-latarnia.ksef.mf.gov.pl"
	}
	return ""
}

// Options configures a [Client]. A nil *Options, like the zero Options, means
// the defaults.
type Options struct {
	// BaseURL is used instead of the environment's, for emulators and proxies.
	// Plain http is accepted for loopback addresses and in the Test
	// environment only.
	BaseURL string

	// LighthouseURL is the root of the status service to use instead of the
	// environment's, under the same rule. It does not follow from BaseURL.
	LighthouseURL string

	// HTTPClient is used instead of one that gives an answer's head a minute to
	// arrive. It is copied; redirects are never followed, because KSeF sends
	// none and a token must not travel.
	HTTPClient *http.Client

	UserAgent string      // put before the SDK's own
	Header    http.Header // sent with every request, such as X-KSeF-Feature

	// Retry spaces the repetitions of what is safe to repeat; nil means four
	// attempts from half a second on. A refusal for exceeding a rate limit (429)
	// does not count as an attempt: it is waited out as often as the context
	// allows, unless Attempts forbids repeating.
	Retry *Backoff

	// Poll spaces the questions after unfinished operations; its Attempts do not
	// matter. Nil means pauses from a quarter of a second to five; the zero
	// Backoff means none.
	Poll *Backoff

	// Budget, when set, holds requests back so that KSeF need not refuse them; a
	// budget of package budget can be shared by clients and processes. Uploads and
	// downloads of packages, which KSeF does not count, pass it by.
	Budget Budget

	// Logger hears of every request (debug), repetition and warning. It never
	// sees tokens, keys or invoices. Nil means silence.
	Logger *slog.Logger

	// Warning, when set, is called with every warning KSeF sends along with an
	// answer, before the call that caused it returns.
	Warning func(context.Context, Warning)
}

// Warning is a notice that KSeF attached to an answer in X-System-Warning.
type Warning struct {
	Method, Path string // of the request
	Code, Text   string // Code is "" when KSeF gave none
}

// Backoff spaces repeated attempts. The zero Backoff makes one attempt only.
type Backoff struct {
	Attempts int           // tries in all; 0 and 1 both mean no repeating
	Min, Max time.Duration // first and longest pause
	Factor   float64       // growth from one pause to the next; below 1 means 1
	Jitter   float64       // part of a pause that is random, 0 to 1
}

// Client talks to one KSeF environment without acting for anybody. It is safe
// for concurrent use, starts no goroutine of its own and needs no closing:
// connections that are left idle close by themselves.
type Client struct {
	Authentication *Authentication // ways to become an AuthenticatedClient
	Lighthouse     *Lighthouse     // whether KSeF works
	Peppol         *Peppol         // Peppol service providers
	PublicKeys     *PublicKeys     // the ministry's encryption keys
	TestData       *TestData       // made-up taxpayers; Test only

	conn *conn
}

// service is what every area of the API is made of: nothing but the
// connection.
type service struct{ conn *conn }

// NewClient returns a client of env. It performs no I/O; it fails when env or
// the base URL cannot be used.
func NewClient(env Environment, opts *Options) (*Client, error) {
	var o Options
	if opts != nil {
		o = *opts
	}
	if env.BaseURL() == "" {
		return nil, fmt.Errorf("ksef: unknown environment %q: want %q, %q or %q", env, Test, Demo, Production)
	}
	root, err := parseBase(env, "base URL", cmp.Or(o.BaseURL, env.BaseURL()))
	if err != nil {
		return nil, err
	}
	lighthouse := cmp.Or(o.LighthouseURL, env.LighthouseURL())
	if lighthouse != "" {
		if lighthouse, err = parseBase(env, "lighthouse URL", lighthouse); err != nil {
			return nil, err
		}
	}
	c := &Client{conn: newConn(env, root, o)}
	s := &service{c.conn}
	c.Authentication = (*Authentication)(s)
	c.Peppol = (*Peppol)(s)
	c.PublicKeys = (*PublicKeys)(s)
	c.TestData = (*TestData)(s)
	o.Budget = nil // the status service has no limits
	c.Lighthouse = (*Lighthouse)(&service{newConn(env, lighthouse, o)})
	return c, nil
}

// parseBase checks where requests are going to. Outside Test a plain-text
// connection would show bearer tokens to the network, and let it make up
// failures of KSeF.
func parseBase(env Environment, what, base string) (string, error) {
	u, err := url.Parse(base)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return "", fmt.Errorf("ksef: %s %q: want an http or https URL such as %s", what, base, env.BaseURL())
	case u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return "", fmt.Errorf("ksef: %s: want no user, query or fragment in it", what)
	case u.Scheme == "http" && env != Test && !isLoopback(u.Hostname()):
		return "", fmt.Errorf("ksef: %s %q would talk in plain text: use https", what, base)
	}
	return strings.TrimSuffix(u.String(), "/"), nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Do sends a request this package has no method for, without authentication.
// Path is relative to the base URL and may have a query. In is encoded and out
// decoded as JSON; either may be nil, and *[]byte as out takes the answer as it
// is. Only GET requests are repeated after a fault.
func (c *Client) Do(ctx context.Context, method, path string, in, out any) error {
	r, err := custom(method, path)
	if err != nil {
		return err
	}
	return c.conn.call(ctx, r, in, out)
}

// custom is a request given by the user of this package.
func custom(method, path string) (request, error) {
	r := request{method: method, path: path}
	if !strings.HasPrefix(path, "/") { // it could move the request, token and all, to another host
		method, path := r.name()
		return r, fmt.Errorf("ksef: %s %s: want a path that begins with a slash", method, path)
	}
	if method == http.MethodGet {
		r.repeat = repeatable
	}
	return r, nil
}
