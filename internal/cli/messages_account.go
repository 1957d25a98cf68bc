package cli

import "fmt"

// Whom to act for, and where.

func (l language) profileFlag() string {
	return l.pick("`name` of the profile to use", "`nazwa` używanego profilu")
}

func (l language) environmentFlag() string {
	return l.pick("`environment`: test, demo or production (test without it and a profile)",
		"`środowisko`: test, demo lub production (bez tego i bez profilu test)")
}

func (l language) baseURLFlag() string {
	return l.pick("`URL` of the API to use instead of the environment's", "`URL` API zamiast adresu środowiska")
}

func (l language) nipFlag() string {
	return l.pick("`number` of the taxpayer to act for", "`numer` podatnika, w którego imieniu się działa")
}

func (l language) quietFlag() string {
	return l.pick("say nothing but results and errors", "wypisuje tylko wyniki i błędy")
}

func (l language) proofFlagsHeading() string {
	return l.pick("Flags of signing in", "Opcje uwierzytelnienia")
}

func (l language) tokenEnvFlag() string {
	return l.pick("`variable` that holds a KSeF token", "`zmienna` środowiskowa z tokenem KSeF")
}

func (l language) tokenFileFlag() string {
	return l.pick("`file` that holds a KSeF token; - is standard input",
		"`plik` z tokenem KSeF; - to standardowe wejście")
}

func (l language) testCertificateFlag() string {
	return l.pick("a self-signed certificate made on the spot (test environment)",
		"samopodpisany certyfikat, wystawiany na miejscu (środowisko testowe)")
}

func (l language) certFlag() string {
	return l.pick("`file` with the certificate, in PEM or DER", "`plik` z certyfikatem, PEM lub DER")
}

func (l language) keyFlag() string {
	return l.pick("`file` with the certificate's private key", "`plik` z kluczem prywatnym certyfikatu")
}

func (l language) p12Flag() string {
	return l.pick("`file` with certificate and key, .p12 or .pfx", "`plik` z certyfikatem i kluczem, .p12 lub .pfx")
}

func (l language) passwordEnvFlag() string {
	return l.pick("`variable` that holds the password of the key", "`zmienna` środowiskowa z hasłem klucza")
}

func (l language) passwordFileFlag() string {
	return l.pick("`file` that holds the password; - is standard input",
		"`plik` z hasłem; - to standardowe wejście")
}

func (l language) contextTypeFlag() string {
	return l.pick("`kind` of the number: nip, internal_id, nip_vat_ue or peppol_id",
		"`rodzaj` numeru: nip, internal_id, nip_vat_ue lub peppol_id")
}

func (l language) elsewhere(url, environment string) string {
	return fmt.Sprintf(l.pick("KSEF_BASE_URL has this go to %s, not to the KSeF of %s", "przez KSEF_BASE_URL trafia to do %s, a nie do KSeF środowiska %s"), url, environment)
}

func (l language) wantEnvironment(name string) string {
	return fmt.Sprintf(l.pick("unknown environment %q: want test, demo or production",
		"nieznane środowisko %q: możliwe są test, demo i production"), name)
}

func (l language) wantContextType(kind string) string {
	return fmt.Sprintf(l.pick("unknown kind of context %q: want nip, internal_id, nip_vat_ue or peppol_id",
		"nieznany rodzaj kontekstu %q: możliwe są nip, internal_id, nip_vat_ue i peppol_id"), kind)
}

func (l language) wantMethod(method string) string {
	return fmt.Sprintf(l.pick("unknown auth.type %q: want token, test_certificate, xades_pem or xades_p12",
		"nieznany auth.type %q: możliwe są token, test_certificate, xades_pem i xades_p12"), method)
}

func (l language) oneMethod() string {
	return l.pick("more than one way to sign in", "więcej niż jeden sposób uwierzytelnienia")
}

func (l language) oneSource() string {
	return l.pick("the secret is to be read from two places", "sekret ma być czytany z dwóch miejsc")
}

func (l language) certAndKey(prefix string) string {
	return fmt.Sprintf(l.pick("--%[1]scert and --%[1]skey go together", "--%[1]scert i --%[1]skey podaje się razem"), prefix)
}

func (l language) noProof() string {
	return l.pick("nothing says how to sign in", "nie wiadomo, jak się uwierzytelnić")
}

func (l language) noContext() string {
	return l.pick("nothing says which taxpayer to act for", "nie wiadomo, w imieniu którego podatnika działać")
}

func (l language) emptyToken() string {
	return l.pick("it is empty: want a KSeF token", "brak treści: podaj token KSeF")
}

func (l language) tokenIsPEM() string {
	return l.pick("it holds no KSeF token but a certificate or key: want --cert with --key, or the token", "to nie token KSeF, ale certyfikat albo klucz: podaj --cert z --key albo token")
}

func (l language) tokenIsAccess() string {
	return l.pick("it holds no KSeF token but an access token, which only lives for minutes: want the former", "to nie token KSeF, ale token dostępowy, ważny tylko minuty: podaj ten pierwszy")
}

func (l language) notToken() string {
	return l.pick("it holds no KSeF token: want one such as 20251010-EC-…|nip-5261040828|…, without blanks and alone",
		"to nie token KSeF: podaj sam token, np. 20251010-EC-…|nip-5261040828|…, bez odstępów")
}

func (l language) variableValue(name, value, cause string) string {
	return fmt.Sprintf(l.pick("variable %s cannot be %q: %s", "zmienna %s nie może mieć wartości %q: %s"), name, value, cause)
}

func (l language) variableNotSet(name string) string {
	return fmt.Sprintf(l.pick("environment variable %s is not set", "brak zmiennej środowiskowej %s"), name)
}

func (l language) notSet() string {
	return l.pick("the environment variable is not set", "brak takiej zmiennej środowiskowej")
}

func (l language) testCertificateContext() string {
	return l.pick("a test certificate is for a NIP only", "certyfikat testowy jest tylko dla NIP")
}

func (l language) testCertificateEnvironment() string {
	return l.pick("test certificates are for the test environment only",
		"certyfikaty testowe są tylko dla środowiska testowego")
}

func (l language) hintMethods() string {
	return l.pick("give --token-env, --token-file, --test-cert, --cert with --key, or --p12; or make a profile: see ksef profile create --help",
		"podaj --token-env, --token-file, --test-cert, --cert z --key albo --p12; lub utwórz profil: zobacz ksef profile create --help")
}

func (l language) hintNIP() string {
	return l.pick("give --nip, or choose a profile", "podaj --nip albo wybierz profil")
}

func (l language) hintLogin() string {
	return l.pick("see ksef auth login --help", "zobacz ksef auth login --help")
}

func (l language) wantCredentials(place string) string {
	return fmt.Sprintf(l.pick("credentials cannot be kept in %q",
		"danych uwierzytelniających nie można trzymać w %q"), place)
}

func (l language) noKeyring() string {
	return l.pick("there is no keyring here to keep credentials in", "nie ma tu pęku kluczy na dane uwierzytelniające")
}

func (l language) hintCredentials() string {
	return l.pick("--credentials file (or KSEF_CREDENTIALS=file) keeps them in a file that only you can read; keyring and none are the other choices",
		"--credentials file (lub KSEF_CREDENTIALS=file) trzyma je w pliku, który możesz czytać tylko ty; można też wybrać keyring i none")
}

func (l language) hintKeyring() string {
	return l.pick("unlock the keyring, or keep sessions elsewhere: --credentials file (or KSEF_CREDENTIALS=file) in a file that only you can read, KSEF_CREDENTIALS=none nowhere",
		"otwórz pęk kluczy albo trzymaj sesje gdzie indziej: --credentials file (lub KSEF_CREDENTIALS=file) w pliku, który możesz czytać tylko ty, KSEF_CREDENTIALS=none nigdzie")
}

func (l language) sessionDead() string {
	return l.pick("the session has ended: signing in again", "sesja się skończyła: ponowne uwierzytelnienie")
}

func (l language) sessionOver(who string) string {
	return fmt.Sprintf(l.pick("the session of %s has ended, and nothing says how to sign in again",
		"sesja %s się skończyła i nie wiadomo, jak uwierzytelnić się ponownie"), who)
}

func (l language) hintLoginAgain() string {
	return l.pick("log in: ksef auth login", "zaloguj się: ksef auth login")
}

// Profiles.

func (l language) profileShort() string {
	return l.pick("Save whom to act for, and how to sign in", "Zapisuje, za kogo działać i jak się uwierzytelniać")
}

func (l language) profileCreateShort() string {
	return l.pick("Create a profile", "Tworzy profil")
}

func (l language) profileCreateLong() string {
	return l.pick(`Creates a profile: a taxpayer, an environment and a way to sign in.
The file is shared with ksef2. Secrets are not in it, but the names of the variables that hold them.`,
		`Tworzy profil: podatnika, środowisko i sposób uwierzytelnienia.
Plik jest wspólny z ksef2. Nie ma w nim sekretów, tylko nazwy zmiennych, które je zawierają.`)
}

func (l language) profileListShort() string {
	return l.pick("List the profiles", "Wypisuje profile")
}

func (l language) profileShowShort() string { return l.pick("Show a profile", "Pokazuje profil") }

func (l language) profileUseShort() string {
	return l.pick("Make a profile the active one", "Wybiera profil jako czynny")
}

func (l language) profileDeleteShort() string { return l.pick("Delete a profile", "Usuwa profil") }

func (l language) profileDeleteLong() string {
	return l.pick("Deletes a profile from the file. The session that was kept of it stays until ksef auth logout.",
		"Usuwa profil z pliku. Zapamiętana sesja pozostaje do ksef auth logout.")
}

func (l language) profilePathShort() string {
	return l.pick("Tell where the profile file is", "Podaje, gdzie jest plik profili")
}

func (l language) forceFlag() string {
	return l.pick("replace what is there", "zastępuje istniejący")
}

func (l language) noActivateFlag() string {
	return l.pick("leave the active profile as it is", "nie zmienia czynnego profilu")
}

func (l language) namePlaceholder() string { return l.pick("NAME", "NAZWA") }

func (l language) optionalNamePlaceholder() string { return l.pick("[NAME]", "[NAZWA]") }

func (l language) aName() string { return l.pick("the name of a profile", "nazwę profilu") }

func (l language) noProfile(name string) string {
	return fmt.Sprintf(l.pick("there is no profile %q", "nie ma profilu %q"), name)
}

func (l language) noSuchProfile() string {
	return l.pick("there is no such profile", "nie ma takiego profilu")
}

func (l language) noActiveProfile() string {
	return l.pick("no profile is active", "żaden profil nie jest czynny")
}

func (l language) profileExists(name string) string {
	return fmt.Sprintf(l.pick("there is a profile %q already", "profil %q już istnieje"), name)
}

func (l language) profileLacks(key string) string {
	return fmt.Sprintf(l.pick("%s is missing", "brak %s"), key)
}

func (l language) envAndNIP() string {
	return l.pick("a profile needs --env and --nip", "profil wymaga --env i --nip")
}

func (l language) profileNamesVariables() string {
	return l.pick("a profile can name only variables that hold secrets",
		"profil może wskazywać tylko zmienne z sekretami")
}

func (l language) cannotEdit(file string) string {
	return fmt.Sprintf(l.pick("%s is written in a way that cannot be changed safely: edit it by hand",
		"%s zapisano w sposób, którego nie da się bezpiecznie zmienić: popraw go ręcznie"), file)
}

func (l language) hintProfiles(file string) string {
	return fmt.Sprintf(l.pick("see ksef profile list (%s)", "zobacz ksef profile list (%s)"), file)
}

func (l language) hintForce() string {
	return l.pick("--force replaces it", "zastępuje go --force")
}

func (l language) hintRemember() string {
	return l.pick("name a variable; what ksef auth login --remember keeps stands in for it when it is not set",
		"podaj zmienną; gdy nie jest ustawiona, zastępuje ją to, co zapamięta ksef auth login --remember")
}
