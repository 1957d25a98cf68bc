package cli

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"os"
	"strings"
	"sync/atomic"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ksef-go/ksef"
)

// globals are the flags of every command.
type globals struct {
	profile, environment, baseURL, nip string
	json, quiet, verbose               bool
}

func (a *app) globalFlags(root *cobra.Command) {
	f := root.PersistentFlags()
	f.SortFlags = false
	f.StringVar(&a.flags.profile, "profile", "", a.say.profileFlag())
	a.choiceVar(f, &a.flags.environment, "env", "", environments(), a.say.environmentFlag())
	a.urlVar(f, &a.flags.baseURL, "base-url", a.say.baseURLFlag(), ksef.Test.BaseURL())
	f.StringVar(&a.flags.nip, "nip", "", a.say.nipFlag())
	f.BoolVar(&a.flags.json, "json", false, a.say.jsonFlag())
	f.BoolVar(&a.flags.quiet, "quiet", false, a.say.quietFlag())
	f.Var(&a.say, "lang", a.say.langFlag())
	f.BoolVarP(&a.flags.verbose, "verbose", "v", false, a.say.verboseFlag())
	// These fail for unknown flags only.
	_ = root.RegisterFlagCompletionFunc("lang", cobra.FixedCompletions([]string{"en", "pl"}, cobra.ShellCompDirectiveNoFileComp))
	_ = root.RegisterFlagCompletionFunc("env", cobra.FixedCompletions(environments(), cobra.ShellCompDirectiveNoFileComp))
	_ = root.RegisterFlagCompletionFunc("profile", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return a.profileNames(), cobra.ShellCompDirectiveNoFileComp
	})
}

func environments() []string {
	return []string{string(ksef.Test), string(ksef.Demo), string(ksef.Production)}
}

// variable returns one of the program's environment variables, KSEF_… or, for
// who has set those of ksef2, KSEF2_….
func (e *env) variable(name string) string {
	return cmp.Or(e.get("KSEF_"+name), e.get("KSEF2_"+name))
}

// account is whom a command acts for, where, and how that is proven.
type account struct {
	environment ksef.Environment
	baseURL     string          // "" for the environment's own
	context     ksef.Identifier // zero when nobody said
	profile     string          // where proof comes from; "" for flags and variables
	named       bool            // the profile was chosen by its name, not by being the active one
	proof       *proof          // nil when nobody said
}

// key is the name under which the account's session is kept. Whatever would make
// it another session is in it, above all where its tokens may go.
func (c *account) key() string {
	base := cmp.Or(c.baseURL, c.environment.BaseURL())
	return string(c.environment) + " " + base + " " + c.context.String() + " " + c.profile
}

// account puts together what flags, variables and profile say, in this order. A
// profile that was chosen by its name, though, goes before variables, as in
// ksef2: they may be another taxpayer's.
func (a *app) account() (*account, error) {
	name, p, err := a.chosenProfile()
	if err != nil {
		return nil, err
	}
	named := cmp.Or(a.flags.profile, a.variable("PROFILE")) != ""
	own := profile{}
	if p != nil {
		own = *p
	}
	choose := func(flag, variable, profile string) string {
		if named {
			return cmp.Or(flag, profile, variable)
		}
		return cmp.Or(flag, variable, profile)
	}
	c := &account{
		environment: ksef.Environment(cmp.Or(choose(a.flags.environment, a.variable("ENV"), own.Environment), string(ksef.Test))),
		baseURL:     cmp.Or(a.flags.baseURL, a.variable("BASE_URL")),
	}
	if c.baseURL != "" && !isURL(c.baseURL) { // of the flag it is known
		return nil, &usageError{a.say.variableValue(a.variableName("BASE_URL"), c.baseURL, a.say.wantURL(ksef.Test.BaseURL())), ""}
	}
	if c.environment.BaseURL() == "" {
		return nil, &usageError{a.say.wantEnvironment(string(c.environment)), ""}
	}
	kind := choose(a.proof.contextType, a.variable("CONTEXT_TYPE"), own.Auth.ContextType)
	if _, ok := contextKinds[kind]; !ok {
		return nil, &usageError{a.say.wantContextType(kind), ""}
	}
	if value := choose(a.flags.nip, a.variable("NIP"), own.NIP); value != "" {
		if c.context, err = contextOf(contextKinds[kind], value); err != nil && a.flags.nip != "" {
			err = a.fault("nip", value, err)
		}
		if err != nil {
			return nil, err
		}
	}
	var fromProfile bool
	if c.proof, fromProfile, err = a.chooseProof(p, named); err != nil {
		return nil, err
	}
	if fromProfile {
		c.profile, c.named = name, named
	}
	return c, nil
}

// chosenProfile returns the profile to use; nil when there is none.
func (a *app) chosenProfile() (string, *profile, error) {
	all, err := a.readProfiles()
	if err != nil {
		return "", nil, err
	}
	name := cmp.Or(a.flags.profile, a.variable("PROFILE"), all.Active)
	if name == "" {
		return "", nil, nil
	}
	p := all.Profiles[name]
	if p == nil {
		text := a.say.noProfile(name)
		if a.flags.profile != "" {
			text = a.say.flagValue("profile", name, errors.New(a.say.noSuchProfile()))
		}
		return "", nil, &usageError{text, a.say.hintProfiles(all.file)}
	}
	return name, p, nil
}

// contextOf reads the identifier of a context as people write it.
func contextOf(kind ksef.Kind, value string) (ksef.Identifier, error) {
	switch kind {
	case ksef.KindInternalID:
		id, err := ksef.ParseInternalID(value)
		return ksef.Identifier{Kind: kind, Value: string(id)}, err
	case ksef.KindVATUE:
		id, err := ksef.ParseVATUE(value)
		return ksef.Identifier{Kind: kind, Value: string(id)}, err
	case ksef.KindPeppolID:
		id, err := ksef.ParsePeppolID(value)
		return ksef.Identifier{Kind: kind, Value: string(id)}, err
	}
	id, err := ksef.ParseNIP(value)
	return ksef.Identifier{Kind: ksef.KindNIP, Value: string(id)}, err
}

// client returns the client of an account, and a count of the requests that it
// was given an answer to as somebody who is signed in.
func (a *app) client(c *account) (*ksef.Client, *atomic.Int64, error) {
	a.tellElsewhere(c)
	answered := new(atomic.Int64)
	opts := &ksef.Options{BaseURL: c.baseURL, UserAgent: "ksef-cli"}
	if c.baseURL != "" { // another KSeF has another status service, as the sandbox does, and not the ministry's
		opts.LighthouseURL = strings.TrimSuffix(strings.TrimSuffix(c.baseURL, "/"), "/v2") + "/latarnia"
	}
	if a.flags.verbose {
		opts.Logger = a.logger()
	} else if !a.flags.quiet {
		opts.Warning = a.warn
	}
	transport := a.transport
	if transport == nil {
		own := http.DefaultTransport.(*http.Transport).Clone()
		own.ResponseHeaderTimeout = answerTimeout
		own.TLSClientConfig = a.trusting()
		transport = own
	}
	opts.HTTPClient = &http.Client{Transport: &counting{&patience{RoundTripper: transport, app: a}, answered}}
	client, err := ksef.NewClient(c.environment, opts)
	if err != nil {
		return nil, nil, &usageError{a.say.errorText(err), ""}
	}
	return client, answered, nil
}

// trusting has the authorities in SSL_CERT_FILE trusted where Go leaves them out: on
// macOS and Windows. A file that cannot be read is of no use, as elsewhere; what it
// was for is told when the other side turns out not to be trusted.
func (a *app) trusting() *tls.Config {
	file := a.get("SSL_CERT_FILE")
	if file == "" {
		return nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil
	}
	text, err := os.ReadFile(file)
	if err != nil || !pool.AppendCertsFromPEM(text) {
		return nil
	}
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
}

// tellElsewhere says when a variable, perhaps a forgotten one, has what is meant
// for demo or production go to another KSeF.
func (a *app) tellElsewhere(c *account) {
	if a.elsewhere || c.environment == ksef.Test || a.flags.baseURL != "" || c.baseURL == "" || c.baseURL == c.environment.BaseURL() {
		return
	}
	a.elsewhere = true
	a.note(a.say.elsewhere(c.baseURL, string(c.environment)))
}

// counting counts the answers to requests that bear a token.
type counting struct {
	http.RoundTripper
	answered *atomic.Int64
}

func (c *counting) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := c.RoundTripper.RoundTrip(r)
	if err == nil && resp.StatusCode/100 == 2 && r.Header.Get("Authorization") != "" {
		c.answered.Add(1)
	}
	return resp, err
}

// annotation puts a flag under a heading of its own in the help.
const annotation = "ksef-heading"

// headed puts all flags of f under the heading of proofs.
func headed(f *pflag.FlagSet) {
	f.VisitAll(func(flag *pflag.Flag) { flag.Annotations = map[string][]string{annotation: {"proof"}} })
}
