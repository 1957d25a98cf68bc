package cli

import "testing"

// Edits change what they are about, and leave the rest as people wrote it.
func TestTOMLEdits(t *testing.T) {
	const text = `# mine
active_profile = "a" # for now

[profiles.a] # first
environment = 'test'
nip="526" # old
colour = "red"
[profiles.a.auth]
type = "token"
token_env = "T"

# about b
[profiles."b c"]
environment = "test"
auth = { type = "test_certificate" }
`
	for _, test := range []struct {
		name string
		do   func(*tomlFile) error
		want string
	}{
		{"nothing", func(*tomlFile) error { return nil }, text},
		{"values", func(f *tomlFile) error {
			return chain(f.set("b c", "active_profile"), f.set("52\"6\\", "profiles", "a", "nip"), f.set(3, "profiles", "a", "max_poll_attempts"))
		}, `# mine
active_profile = "b c" # for now

[profiles.a] # first
environment = 'test'
nip="52\"6\\" # old
colour = "red"
max_poll_attempts = 3
[profiles.a.auth]
type = "token"
token_env = "T"

# about b
[profiles."b c"]
environment = "test"
auth = { type = "test_certificate" }
`},
		{"new tables", func(f *tomlFile) error {
			return chain(f.set("demo", "profiles", "ż", "environment"), f.set("1", "profiles", "ż", "nip"), f.set("token", "profiles", "ż", "auth", "type"))
		}, text + `
[profiles."ż"]
environment = "demo"
nip = "1"

[profiles."ż".auth]
type = "token"
`},
		{"removal", func(f *tomlFile) error {
			return chain(f.remove("profiles", "a"), f.remove("active_profile"), f.set("x", "first"))
		}, `# mine
first = "x"

# about b
[profiles."b c"]
environment = "test"
auth = { type = "test_certificate" }
`},
		{"inline", func(f *tomlFile) error { return f.remove("profiles", "b c", "auth") }, text[:len(text)-len("auth = { type = \"test_certificate\" }\n")]},
	} {
		f, err := parseTOML([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := test.do(f); err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if string(f.text) != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", test.name, f.text, test.want)
		}
		if _, err := parseProfiles(f.text); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func chain(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// A file without a line end, and an empty one, can be added to.
func TestTOMLEdges(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "active_profile = \"é\\u0009\"\n",
		"# only a remark":         "# only a remark\nactive_profile = \"é\\u0009\"\n",
		"x = 1":                   "x = 1\nactive_profile = \"é\\u0009\"\n",
		"x = [\n 1,\n]\n[t]\n":    "x = [\n 1,\n]\nactive_profile = \"é\\u0009\"\n[t]\n",
		"[t]\nactive_profile=1\n": "active_profile = \"é\\u0009\"\n[t]\nactive_profile=1\n",
	} {
		f, err := parseTOML([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := f.set("é\t", "active_profile"); err != nil || string(f.text) != want {
			t.Errorf("%q: %q, %v; want %q", text, f.text, err, want)
		}
	}
}

// What our edits would break is refused, and the file stays.
func TestProfileFileThatCannotBeEdited(t *testing.T) {
	const inline = `profiles = { a = { environment = "test", nip = "5261040828", auth = { type = "test_certificate" } } }
`
	e, _, stderr := world(t, []string{"KSEF_CONFIG=config.toml", "XDG_STATE_HOME=state"},
		"profile", "create", "b", "--env", "test", "--nip", "5261040828", "--test-cert")
	if err := e.writeFile("config.toml", []byte(inline), 0o600); err != nil {
		t.Fatal(err)
	}
	if code := run(t.Context(), e); code != exitFailed {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if text, err := e.readFile("config.toml"); err != nil || string(text) != inline {
		t.Errorf("the file became %q, %v", text, err)
	}
}
