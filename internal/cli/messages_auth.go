package cli

import "fmt"

// Authentication.

func (l language) authShort() string {
	return l.pick("Sign in, and manage what that opened", "Uwierzytelnia i zarządza sesjami uwierzytelnienia")
}

func (l language) loginShort() string {
	return l.pick("Sign in and keep the session", "Uwierzytelnia i zapamiętuje sesję")
}

func (l language) loginLong() string {
	return l.pick(`Signs in and keeps the session, so that the commands after it need not.
It is kept in the system's keyring, or with --credentials file in a file that only you can read.
A keyring that is locked or not there is found out before anything is sent.

With --external it writes the document to be signed elsewhere, as enveloped XAdES; hand it back
with --signed within ten minutes.`,
		`Uwierzytelnia i zapamiętuje sesję, z której korzystają kolejne polecenia.
Trzyma ją pęk kluczy systemu albo, z --credentials file, plik, który możesz czytać tylko ty.
Gdy pęk kluczy jest zamknięty lub go nie ma, okazuje się to, zanim cokolwiek zostanie wysłane.

Z --external wypisuje dokument do podpisania gdzie indziej (XAdES enveloped); podpisany oddaje
się z --signed w ciągu dziesięciu minut.`)
}

func (l language) rememberFlag() string {
	return l.pick("keep the KSeF token or password, too, to sign in again",
		"zapamiętuje też token KSeF lub hasło, do kolejnych uwierzytelnień")
}

func (l language) credentialsFlag() string {
	return l.pick("`place` to keep the session: keyring or file", "`miejsce` na sesję: keyring lub file")
}

func (l language) externalFlag() string {
	return l.pick("write the document to be signed elsewhere", "wypisuje dokument do podpisania gdzie indziej")
}

func (l language) externalOutFlag() string {
	return l.pick("`file` for that document; - is standard output",
		"`plik` na ten dokument; - to standardowe wyjście")
}

func (l language) signedFlag() string {
	return l.pick("`file` with the signed document", "`plik` z podpisanym dokumentem")
}

func (l language) byFingerprintFlag() string {
	return l.pick("have KSeF identify the holder by the certificate's fingerprint",
		"KSeF rozpoznaje posiadacza po odcisku palca certyfikatu")
}

func (l language) signIt(file string) string {
	return fmt.Sprintf(l.pick("sign %s as enveloped XAdES and hand it in within ten minutes: ksef auth login --signed FILE",
		"podpisz %s jako XAdES enveloped i oddaj w ciągu dziesięciu minut: ksef auth login --signed PLIK"), file)
}

func (l language) notSignedRequest() string {
	return l.pick("want a signed AuthTokenRequest", "podaj podpisany AuthTokenRequest")
}

func (l language) hintWhy(file string) string {
	return l.pick("what is wrong with the document says: ksef why ", "co jest nie tak z dokumentem, powie: ksef why ") + file
}

func (l language) nothingToRemember() string {
	return l.pick("there is no token and no password to remember", "nie ma tokenu ani hasła do zapamiętania")
}

func (l language) statusShort() string {
	return l.pick("Tell whether there is a session", "Podaje, czy jest sesja")
}

func (l language) statusLong() string {
	return l.pick("Tells what is kept of the last login, without asking KSeF. Exit code 4 means that there is no session.",
		"Podaje, co zapamiętano z ostatniego uwierzytelnienia, bez pytania KSeF. Kod 4 oznacza brak sesji.")
}

func (l language) statusAllFlag() string {
	return l.pick("list all sessions that are kept", "wypisuje wszystkie zapamiętane sesje")
}

func (l language) statusCheckFlag() string {
	return l.pick("ask KSeF whether it is still in force", "pyta KSeF, czy sesja nadal trwa")
}

func (l language) refreshShort() string {
	return l.pick("Renew the access token", "Odświeża token dostępowy")
}

func (l language) refreshLong() string {
	return l.pick("Renews the access token now, with the permissions held now. Commands do so by themselves when it ends.",
		"Odświeża token dostępowy, z obecnymi uprawnieniami. Polecenia robią to same, gdy się kończy.")
}

func (l language) accessTokenShort() string {
	return l.pick("Write an access token", "Wypisuje token dostępowy")
}

func (l language) accessTokenLong() string {
	return l.pick("Writes an access token for another program. It is a secret, good for a quarter of an hour at most.",
		"Wypisuje token dostępowy dla innego programu. To sekret, ważny najwyżej kwadrans.")
}

func (l language) logoutShort() string {
	return l.pick("End the session and forget it", "Kończy sesję i o niej zapomina")
}

func (l language) logoutLong() string {
	return l.pick("Ends the session at KSeF and forgets it, with what was remembered. Its access token works until its own end.\n"+
		"With the last session the keyring forgets the key that sessions are kept under.",
		"Kończy sesję w KSeF i zapomina o niej oraz o tym, co zapamiętano. Jej token dostępowy działa do swojego końca.\n"+
			"Z ostatnią sesją pęk kluczy zapomina klucz, pod którym sesje są trzymane.")
}

func (l language) logoutLocalFlag() string { return l.pick("only forget it", "tylko zapomina o sesji") }

func (l language) hintLogoutLocal() string {
	return l.pick("--local forgets it without asking KSeF", "--local zapomina bez pytania KSeF")
}

func (l language) loggedOut(who string) string {
	return fmt.Sprintf(l.pick("signed out: %s", "wylogowano: %s"), who)
}

func (l language) notLoggedIn(who, environment string) string {
	return fmt.Sprintf(l.pick("no session is kept for %q in %s",
		"nie ma zapamiętanej sesji dla %q w środowisku %s"), who, environment)
}

func (l language) authSessionsShort() string {
	return l.pick("List the authentication sessions in force", "Wypisuje czynne sesje uwierzytelnienia")
}

func (l language) endShort() string {
	return l.pick("End an authentication session", "Kończy sesję uwierzytelnienia")
}

func (l language) endLong() string {
	return l.pick("Ends an authentication session by its number. For the one that is kept here there is ksef auth logout.",
		"Kończy sesję uwierzytelnienia o podanym numerze. Dla sesji zapamiętanej tutaj jest ksef auth logout.")
}

func (l language) hintSessions() string {
	return l.pick("see ksef auth sessions", "zobacz ksef auth sessions")
}

func (l language) sessionEnded(ref string) string {
	return fmt.Sprintf(l.pick("ended: %s", "zakończono: %s"), ref)
}

// KSeF tokens.

func (l language) tokenShort() string {
	return l.pick("Manage KSeF tokens", "Zarządza tokenami KSeF")
}

func (l language) tokenGenerateShort() string {
	return l.pick("Generate a KSeF token", "Generuje token KSeF")
}

func (l language) tokenGenerateLong() string {
	return l.pick(`Generates a KSeF token and waits until it is active. KSeF shows its secret this once:
it goes to standard output, or to a new file that only you can read. A file that is there already
is refused. Where the file cannot be written after all, the secret goes to standard output.`,
		`Generuje token KSeF i czeka, aż będzie aktywny. KSeF pokazuje go tylko ten raz:
trafia na standardowe wyjście albo do nowego pliku, który możesz czytać tylko ty. Pliku, który
już jest, nie zastępuje. Gdy zapis do pliku się mimo to nie uda, token trafia na standardowe wyjście.`)
}

func (l language) tokenPermissionFlag() string {
	return l.pick("`permission` that it has; several with commas or repeated",
		"`uprawnienie` tokenu; kilka po przecinku lub powtórzonych")
}

func (l language) tokenOutFlag() string {
	return l.pick("new `file` to write the secret to", "nowy `plik` na token")
}

func (l language) tokenNeeds() string {
	return l.pick("a token needs --description and --permission", "token wymaga --description i --permission")
}

func (l language) hintSecretShown() string {
	return l.pick("the token was made, and KSeF shows its secret this once: it is on standard output, keep it",
		"token powstał, a KSeF pokazuje jego treść tylko raz: jest na standardowym wyjściu, zachowaj ją")
}

func (l language) tokenUnseen(ref string) string {
	return fmt.Sprintf(l.pick("warning: the token %s was made, but this session may not read tokens, so whether it is active already could not be asked; it mostly is within seconds",
		"uwaga: token %s powstał, ale ta sesja nie może odczytywać tokenów, więc nie wiadomo, czy jest już aktywny; zwykle wystarcza kilka sekund"), ref)
}

func (l language) tokenListShort() string {
	return l.pick("List KSeF tokens", "Wypisuje tokeny KSeF")
}

func (l language) tokenStatusFlag() string {
	return l.pick("only those with a `status`: Pending, Active, Revoking, Revoked or Failed",
		"`status`: Pending, Active, Revoking, Revoked lub Failed")
}

func (l language) tokenDescriptionPartFlag() string {
	return l.pick("only those with a `text` in the description, three characters or more",
		"`tekst`, który jest w opisie, co najmniej trzy znaki")
}

func (l language) tokenAuthorFlag() string {
	return l.pick("only those whose author has a `number` with this in it",
		"`numer` autora lub jego część")
}

func (l language) tokenAuthorTypeFlag() string {
	return l.pick("`kind` of the author's number: Nip, Pesel or Fingerprint",
		"`rodzaj` numeru autora: Nip, Pesel lub Fingerprint")
}

func (l language) tokenShowShort() string {
	return l.pick("Show a KSeF token, without its secret", "Pokazuje token KSeF, bez jego treści")
}

func (l language) tokenRevokeShort() string {
	return l.pick("Revoke a KSeF token", "Unieważnia token KSeF")
}

func (l language) tokenRevokeLong() string {
	return l.pick("Revokes a KSeF token for good. Access tokens that it brought work until their own end.",
		"Unieważnia token KSeF na zawsze. Uzyskane nim tokeny dostępowe działają do swojego końca.")
}

func (l language) tokenRevoked(ref string) string {
	return fmt.Sprintf(l.pick("revoked: %s", "unieważniono: %s"), ref)
}
