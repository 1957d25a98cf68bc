package cli

// Environment variables.

func (l language) environmentHeading() string {
	return l.pick("Environment variables", "Zmienne środowiskowe")
}

func (l language) environmentLong() string {
	return l.pick(`Flags go before variables, and variables before the profile, unless it was chosen by its name.
Each KSEF_… is read as KSEF2_… too, for who has set those of ksef2.`,
		`Opcje są ważniejsze od zmiennych, a zmienne od profilu, chyba że wybrano go po nazwie.
Każda KSEF_… jest też czytana jako KSEF2_…, dla tych, którzy ustawili zmienne ksef2.`)
}

// variables are all that commands heed. A test keeps the list complete.
func (l language) variables() []Variable {
	return []Variable{
		{"KSEF_NIP", l.pick("whom to act for, as --nip", "w czyim kontekście działać, jak --nip")},
		{"KSEF_CONTEXT_TYPE", l.pick("what kind of number that is, as --context-type", "jakiego rodzaju to numer, jak --context-type")},
		{"KSEF_ENV", l.pick("environment, as --env: test, demo or production", "środowisko, jak --env: test, demo lub production")},
		{"KSEF_BASE_URL", l.pick("URL of another KSeF than the environment's, as --base-url", "adres innego KSeF niż w środowisku, jak --base-url")},
		{"KSEF_PROFILE", l.pick("name of the profile to use, as --profile", "nazwa profilu, jak --profile")},
		{"KSEF_CONFIG", l.pick("file of profiles, instead of ksef2/config.toml among the settings", "plik profili, zamiast ksef2/config.toml wśród ustawień")},
		{"KSEF_TOKEN", l.pick("KSeF token to sign in with", "token KSeF do uwierzytelnienia")},
		{"KSEF_TEST_CERT", l.pick("1, true, yes or on: sign in with a self-signed certificate, as --test-cert", "1, true, yes lub on: uwierzytelnienie certyfikatem samopodpisanym, jak --test-cert")},
		{"KSEF_CERT", l.pick("file with the certificate to sign in with, as --cert", "plik z certyfikatem do uwierzytelnienia, jak --cert")},
		{"KSEF_KEY", l.pick("file with its key, as --key", "plik z jego kluczem, jak --key")},
		{"KSEF_KEY_PASSWORD", l.pick("password of that key", "hasło do tego klucza")},
		{"KSEF_P12", l.pick("file with certificate and key, as --p12", "plik z certyfikatem i kluczem, jak --p12")},
		{"KSEF_P12_PASSWORD", l.pick("password of that file", "hasło do tego pliku")},
		{"KSEF_CREDENTIALS", l.pick("where sessions are kept: keyring, file or none", "gdzie trzymane są sesje: keyring, file lub none")},
		{"KSEF_SANDBOX_ADMIN", l.pick("address of the controls of a sandbox, as --admin of ksef sandbox advance", "adres sterowania piaskownicą, jak --admin w ksef sandbox advance")},
		{"XDG_STATE_HOME", l.pick("directory for what is remembered: sessions, what was sent (~/.local/state without it)", "katalog na to, co zapamiętane: sesje, wysłane (bez niej ~/.local/state)")},
		{"XDG_CONFIG_HOME", l.pick("directory for settings: profiles (~/.config without it)", "katalog na ustawienia: profile (bez niej ~/.config)")},
		{"SSL_CERT_FILE", l.pick("file with the certificate authorities to trust, such as that of a sandbox or a proxy", "plik z urzędami certyfikacji, którym ufać, np. piaskownicy lub serwera pośredniczącego")},
		{"HTTPS_PROXY, HTTP_PROXY, NO_PROXY", l.pick("proxy on the way to KSeF, and for whom none", "serwer pośredniczący w drodze do KSeF i wyjątki")},
		{"LC_ALL, LC_MESSAGES, LANG", l.pick("language, as --lang: Polish when the first that is set begins with pl", "język, jak --lang: polski, gdy pierwsza ustawiona zaczyna się od pl")},
		{"NO_COLOR", l.pick("set to anything: no colours", "ustawiona na cokolwiek: bez kolorów")},
		{"TERM", l.pick("dumb: no colours and no progress", "dumb: bez kolorów i postępu")},
	}
}
