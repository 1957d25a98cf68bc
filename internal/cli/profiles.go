package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/pelletier/go-toml/v2"

	"github.com/ksef-go/ksef"
)

// profiles is the file in which ksef2, an SDK and tool for Python, keeps whom to
// act for and how to prove it. We share it, so it holds what ksef2 wants in it
// and no more: ksef2 drops what it does not know whenever it writes.
type profiles struct {
	file   string
	text   []byte // as it was read
	Active string `toml:"active_profile"`

	Profiles map[string]*profile `toml:"profiles"`
}

// profile is one taxpayer to act for. Secrets are never in it: it names the
// environment variables that hold them.
type profile struct {
	Environment  string      `toml:"environment"` // production, demo or test
	NIP          string      `toml:"nip"`
	PollInterval float64     `toml:"poll_interval"`     // ksef2's: we pace ourselves
	MaxPolls     int         `toml:"max_poll_attempts"` // the same
	Auth         profileAuth `toml:"auth"`
}

// profileAuth is how a profile proves who it is.
type profileAuth struct {
	Type           string `toml:"type"`
	TokenEnv       string `toml:"token_env"`
	ContextType    string `toml:"context_type"`
	Cert           string `toml:"cert"`
	Key            string `toml:"key"`
	KeyPasswordEnv string `toml:"key_password_env"`
	P12            string `toml:"p12"`
	P12PasswordEnv string `toml:"p12_password_env"`
}

// The ways to prove who one is, in the words of the profile file.
const (
	byToken           = "token"
	byTestCertificate = "test_certificate"
	byPEM             = "xades_pem"
	byP12             = "xades_p12"
)

// contextKinds are the kinds of contexts, in the words of the profile file.
var contextKinds = map[string]ksef.Kind{
	"":            ksef.KindNIP,
	"nip":         ksef.KindNIP,
	"internal_id": ksef.KindInternalID,
	"nip_vat_ue":  ksef.KindVATUE,
	"peppol_id":   ksef.KindPeppolID,
}

// contextWords are the words for kinds of contexts, without the empty one.
func contextWords() []string { return slices.Sorted(maps.Keys(contextKinds))[1:] }

// profileFile finds the file as ksef2 does: KSEF2_CONFIG, or ksef2/config.toml in
// the directory of settings, unless only the one of older versions is there.
func (e *env) profileFile() (string, error) {
	if file := e.variable("CONFIG"); file != "" {
		return e.path(file), nil
	}
	home, err := e.configHome()
	if err != nil {
		return "", err
	}
	file, old := filepath.Join(home, "ksef2", "config.toml"), filepath.Join(home, "ksef2-cli", "config.toml")
	if _, err := os.Stat(file); err != nil {
		if _, err := os.Stat(old); err == nil {
			return old, nil
		}
	}
	return file, nil
}

// readProfiles reads the profile file. That there is none means no profiles, and
// so does a user without a home, such as a service.
func (a *app) readProfiles() (*profiles, error) {
	file, err := a.profileFile()
	if err != nil || a.noProfiles {
		file = ""
	}
	if file == "" {
		return &profiles{}, nil
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return &profiles{file: file}, nil
	}
	if err != nil {
		return nil, err
	}
	p, err := parseProfiles(text)
	if err != nil {
		return nil, &damagedError{fmt.Errorf("%s: %w", file, err), true}
	}
	p.file = file
	for name, one := range p.Profiles {
		if err := a.checkProfile(one); err != nil {
			return nil, &damagedError{fmt.Errorf("%s: %s: %w", file, name, err), true}
		}
	}
	return p, nil
}

func parseProfiles(text []byte) (*profiles, error) {
	p := &profiles{text: text}
	err := toml.Unmarshal(text, p)
	if broken, ok := errors.AsType[*toml.DecodeError](err); ok {
		row, column := broken.Position()
		return nil, fmt.Errorf("%d:%d: %w", row, column, err)
	}
	return p, err
}

// checkProfile asks of p what ksef2 asks of it.
func (a *app) checkProfile(p *profile) error {
	if p == nil {
		return errors.New(a.say.profileLacks("environment"))
	}
	if ksef.Environment(p.Environment).BaseURL() == "" {
		return errors.New(a.say.wantEnvironment(p.Environment))
	}
	if _, ok := contextKinds[p.Auth.ContextType]; !ok {
		return errors.New(a.say.wantContextType(p.Auth.ContextType))
	}
	need := map[string]string{"nip": p.NIP}
	switch p.Auth.Type {
	case byTestCertificate:
	case byToken:
		need["auth.token_env"] = p.Auth.TokenEnv
	case byPEM:
		need["auth.cert"], need["auth.key"] = p.Auth.Cert, p.Auth.Key
	case byP12:
		need["auth.p12"] = p.Auth.P12
	default:
		return errors.New(a.say.wantMethod(p.Auth.Type))
	}
	for _, key := range []string{"nip", "auth.token_env", "auth.cert", "auth.key", "auth.p12"} {
		if value, needed := need[key]; needed && value == "" {
			return errors.New(a.say.profileLacks(key))
		}
	}
	return nil
}

// changeProfiles reads the profile file, has it changed and writes it. Our own
// programs do so one after another.
func (a *app) changeProfiles(change func(*profiles, *tomlFile) error) error {
	state, err := a.stateDir()
	if err != nil {
		return err
	}
	unlock, err := lockState(filepath.Join(state, "profiles.lock"))
	if err != nil {
		return err
	}
	defer unlock()
	p, err := a.readProfiles()
	if err != nil {
		return err
	}
	if p.file == "" {
		if p.file, err = a.profileFile(); err != nil {
			return err
		}
	}
	text := p.text
	if len(bytes.TrimSpace(text)) == 0 {
		text = []byte("# Profiles of ksef, shared with ksef2. Secrets stay in environment variables.\n")
	}
	f, err := parseTOML(text)
	if err != nil {
		return err
	}
	if err := change(p, f); err != nil {
		return err
	}
	if _, err := parseProfiles(f.text); err != nil { // a form of TOML that our edits do not suit
		return errors.New(a.say.cannotEdit(p.file))
	}
	if err := os.MkdirAll(filepath.Dir(p.file), 0o700); err != nil {
		return err
	}
	return replaceFile(p.file, f.text, 0o600)
}
