package cli

import (
	"strings"
	"testing"
)

// Flags go before variables, variables before the profile; but a profile that
// was chosen by name goes before variables.
func TestAccount(t *testing.T) {
	const config = `active_profile = "active"
[profiles.active]
environment = "demo"
nip = "5261040828"
[profiles.active.auth]
type = "token"
token_env = "ACTIVE"

[profiles.other]
environment = "production"
nip = "5265877635"
[profiles.other.auth]
type = "xades_p12"
p12 = "~/other.p12"
p12_password_env = "OTHER"
`
	for _, test := range []struct {
		args, variables string
		want            string
	}{
		{"", "", "demo Nip 5261040828 active token"},
		{"--nip 5265877635 --env test", "", "test Nip 5265877635 active token"},
		{"--test-cert", "", "demo Nip 5261040828  test_certificate"},
		{"--profile other", "", "production Nip 5265877635 other xades_p12"},
		{"--profile other --p12 mine.p12", "", "production Nip 5265877635  xades_p12"},
		{"", "KSEF_PROFILE=other", "production Nip 5265877635 other xades_p12"},
		{"", "KSEF2_PROFILE=other KSEF_NIP=5261040828 KSEF_ENV=test KSEF2_TOKEN=x", "production Nip 5265877635 other xades_p12"},
		{"", "KSEF_NIP=5265877635 KSEF_ENV=test", "test Nip 5265877635 active token"},
		{"", "KSEF2_TEST_CERT=true", "demo Nip 5261040828  test_certificate"},
		{"--token-file -", "KSEF2_TEST_CERT=true", "demo Nip 5261040828  token"},
		{"", "KSEF_P12=a.p12 KSEF2_NIP=5265877635", "demo Nip 5265877635  xades_p12"},
		{"--context-type internal_id --nip 5261040828-00002", "", "demo InternalId 5261040828-00002 active token"},
	} {
		variables := append(strings.Fields(test.variables), "KSEF_CONFIG=config.toml")
		e, _, _ := world(t, variables, append([]string{"auth", "status"}, strings.Fields(test.args)...)...)
		if err := e.writeFile("config.toml", []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
		a := &app{env: e}
		root := a.newRoot()
		root.SetArgs(e.args)
		if cmd, rest, err := root.Find(e.args); err != nil {
			t.Fatal(err)
		} else if err := cmd.ParseFlags(rest); err != nil {
			t.Fatal(err)
		}
		c, err := a.account()
		if err != nil {
			t.Fatalf("%+v: %v", test, err)
		}
		got := string(c.environment) + " " + c.context.String() + " " + c.profile + " " + c.proof.method
		if got != test.want {
			t.Errorf("%s, %s: %q, want %q", test.args, test.variables, got, test.want)
		}
	}
}

// Sessions are gone on with at the same address and for the same taxpayer only.
func TestAccountKey(t *testing.T) {
	base := account{environment: "test"}
	seen := map[string]bool{base.key(): true}
	for _, c := range []account{
		{environment: "demo"},
		{environment: "test", baseURL: "http://localhost:1/v2"},
		{environment: "test", profile: "a"},
	} {
		if seen[c.key()] {
			t.Errorf("%+v has the key of another", c)
		}
		seen[c.key()] = true
	}
}
