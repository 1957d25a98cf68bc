package cli

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ksef-go/ksef/certs"
)

// proof is a way to prove who one is. It holds no secrets but says where they
// are.
type proof struct {
	method    string // byToken, byTestCertificate, byPEM or byP12
	secret    secret // the KSeF token, or the password of the key
	cert, key string // files of byPEM
	p12       string // file of byP12

	names func(flag string) string // whole names of the flags for the files; nil when they are no flags
}

// secret is where a secret is to be read: never on the command line, which
// everybody on the machine can see. The zero secret is nowhere.
type secret struct {
	variable string
	file     string // "-" for standard input
	flags    string // the beginning of the names of the flags that say so; "" when none do
}

// proofFlags are the flags that say how to prove who one is.
type proofFlags struct {
	tokenEnv, tokenFile       string
	testCertificate           bool
	cert, key, p12            string
	passwordEnv, passwordFile string
	contextType               string
	prefix                    string // of their names
	variables                 bool   // they come from environment variables
}

// name is the whole name of a flag; "" when it comes from a variable.
func (f proofFlags) name(flag string) string {
	if f.variables {
		return ""
	}
	return f.prefix + flag
}

// withProof gives commands that act for somebody the flags for it.
func (a *app) withProof(cmd *cobra.Command) *cobra.Command {
	f := pflag.NewFlagSet("", pflag.ContinueOnError)
	f.SortFlags = false
	f.StringVar(&a.proof.tokenEnv, "token-env", "", a.say.tokenEnvFlag())
	f.StringVar(&a.proof.tokenFile, "token-file", "", a.say.tokenFileFlag())
	f.BoolVar(&a.proof.testCertificate, "test-cert", false, a.say.testCertificateFlag())
	f.StringVar(&a.proof.cert, "cert", "", a.say.certFlag())
	f.StringVar(&a.proof.key, "key", "", a.say.keyFlag())
	f.StringVar(&a.proof.p12, "p12", "", a.say.p12Flag())
	f.StringVar(&a.proof.passwordEnv, "password-env", "", a.say.passwordEnvFlag())
	f.StringVar(&a.proof.passwordFile, "password-file", "", a.say.passwordFileFlag())
	a.choiceVar(f, &a.proof.contextType, "context-type", "", contextWords(), a.say.contextTypeFlag())
	headed(f)
	cmd.PersistentFlags().SortFlags = false
	cmd.PersistentFlags().AddFlagSet(f)
	return cmd
}

// chooseProof returns the proof that flags, variables or the profile name, and
// whether it was the profile; nil when none of them does.
func (a *app) chooseProof(p *profile, named bool) (*proof, bool, error) {
	byFlags, err := a.proofOfFlags(a.proof)
	if byFlags != nil || err != nil {
		return byFlags, false, err
	}
	byVariables, err := a.proofOfFlags(a.proofVariables())
	if p == nil || !named && (byVariables != nil || err != nil) {
		return byVariables, false, err
	}
	return p.Auth.proof(), true, nil
}

// proofVariables reads the environment variables of ksef2 as if they were flags.
func (a *app) proofVariables() proofFlags {
	f := proofFlags{variables: true, cert: a.variable("CERT"), key: a.variable("KEY"), p12: a.variable("P12")}
	switch strings.ToLower(a.variable("TEST_CERT")) {
	case "1", "true", "yes", "on":
		f.testCertificate = true
	}
	f.tokenEnv = a.variableName("TOKEN")
	if f.p12 != "" {
		f.passwordEnv = a.variableName("P12_PASSWORD")
	} else {
		f.passwordEnv = a.variableName("KEY_PASSWORD")
	}
	return f
}

// variableName is the name of the variable that [env.variable] reads; "" when it
// is not set.
func (e *env) variableName(name string) string {
	for _, full := range []string{"KSEF_" + name, "KSEF2_" + name} {
		if e.get(full) != "" {
			return full
		}
	}
	return ""
}

// proofOfFlags returns the one proof that f names; nil for none.
func (a *app) proofOfFlags(f proofFlags) (*proof, error) {
	var all []*proof
	if f.tokenEnv != "" || f.tokenFile != "" {
		all = append(all, &proof{method: byToken, secret: secret{f.tokenEnv, f.tokenFile, f.name("token")}})
	}
	if f.testCertificate {
		all = append(all, &proof{method: byTestCertificate})
	}
	password := secret{f.passwordEnv, f.passwordFile, f.name("password")}
	if f.cert != "" || f.key != "" {
		all = append(all, &proof{method: byPEM, secret: password, cert: f.cert, key: f.key, names: f.name})
	}
	if f.p12 != "" {
		all = append(all, &proof{method: byP12, secret: password, p12: f.p12, names: f.name})
	}
	switch {
	case len(all) == 0:
		return nil, nil
	case len(all) > 1 && f.prefix != "":
		return nil, &usageError{a.say.oneOfFlags([]string{"--" + f.name("cert"), "--" + f.name("p12")}), ""}
	case len(all) > 1:
		return nil, &usageError{a.say.oneMethod(), a.say.hintMethods()}
	case all[0].method == byPEM && (f.cert == "" || f.key == ""):
		return nil, &usageError{a.say.certAndKey(f.prefix), ""}
	case all[0].secret.variable != "" && all[0].secret.file != "":
		return nil, &usageError{a.say.oneSource(), ""}
	}
	return all[0], nil
}

func (auth *profileAuth) proof() *proof {
	p := &proof{method: auth.Type, cert: auth.Cert, key: auth.Key, p12: auth.P12}
	switch auth.Type {
	case byToken:
		p.secret.variable = auth.TokenEnv
	case byPEM:
		p.secret.variable = auth.KeyPasswordEnv
	case byP12:
		p.secret.variable = auth.P12PasswordEnv
	}
	return p
}

// missingError reports that nobody is signed in, or that nothing says who and how.
type missingError struct{ text, hint string }

func (e *missingError) Error() string { return e.text }

// readSecret returns the secret; "" from nowhere. Files may end in one line end.
func (a *app) readSecret(s secret) (string, error) {
	switch {
	case s.file != "":
		data, err := a.readFile(s.file)
		if s.flags != "" {
			err = a.fault(s.flags+"-file", s.file, err)
		}
		return strings.TrimRight(string(data), "\r\n"), err
	case s.variable != "":
		value := a.get(s.variable)
		if value == "" {
			text := a.say.variableNotSet(s.variable)
			if s.flags != "" {
				text = a.say.flagValue(s.flags+"-env", s.variable, errors.New(a.say.notSet()))
			}
			return "", &usageError{text, a.say.hintLogin()}
		}
		return value, nil
	}
	return "", nil
}

// checkToken refuses what was read in place of a KSeF token and can be none, before
// anything is sent. What it is instead is said, but not shown.
func (a *app) checkToken(s secret, text string) error {
	const longest = 160 // by the contract of KSeF
	what := ""
	switch {
	case text == "":
		what = a.say.emptyToken()
	case strings.HasPrefix(text, "-----BEGIN"):
		what = a.say.tokenIsPEM()
	case strings.HasPrefix(text, "eyJ"):
		what = a.say.tokenIsAccess()
	case strings.ContainsFunc(text, unicode.IsSpace), len(text) > longest:
		what = a.say.notToken()
	default:
		return nil
	}
	switch {
	case s.flags != "" && s.file != "":
		return a.notMeant(s.flags+"-file", s.file, what)
	case s.flags != "":
		return a.notMeant(s.flags+"-env", s.variable, what)
	}
	return &usageError{s.variable + ": " + what, ""}
}

// identity tells one proof from another without loading keys: a session that
// another proof brought is not gone on with. It is "" when it cannot be told
// because the secret is not here; no secret can be had from it.
func (p *proof) identity(e *env, secret string) string {
	switch p.method {
	case byToken:
		if secret == "" {
			return ""
		}
		sum := sha256.Sum256([]byte("ksef token " + secret)) // 128 random bits and more: nobody guesses it back
		return p.method + " " + hex.EncodeToString(sum[:12])
	case byPEM:
		return p.method + " " + stamp(e.path(p.cert)) + " " + stamp(e.path(p.key))
	case byP12:
		return p.method + " " + stamp(e.path(p.p12))
	}
	return p.method
}

// stamp names a file as it is now.
func stamp(file string) string {
	info, err := os.Stat(file)
	if err != nil {
		return file
	}
	return fmt.Sprintf("%s %d %d", file, info.Size(), info.ModTime().UnixNano())
}

// certificate loads the certificate and key of p.
func (a *app) certificate(p *proof, password string) (tls.Certificate, error) {
	for _, one := range []struct{ flag, file string }{{"cert", p.cert}, {"key", p.key}, {"p12", p.p12}} {
		if p.names == nil || p.names(one.flag) == "" || one.file == "" {
			continue
		}
		if _, err := os.Stat(a.path(one.file)); err != nil {
			return tls.Certificate{}, a.fault(p.names(one.flag), one.file, err)
		}
	}
	var cert tls.Certificate
	var err error
	if p.method == byP12 {
		cert, err = certs.LoadP12(a.path(p.p12), password)
	} else {
		cert, err = certs.LoadPEM(a.path(p.cert), a.path(p.key), password)
	}
	return cert, a.unusable(err)
}
