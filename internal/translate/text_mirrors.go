package translate

// mirrorTexts are those of copies of invoices and of shared limits.
var mirrorTexts = []entry{
	// Sentinels.
	{"not a mirror", "to nie jest kopia faktur"},
	{"another process is writing", "pisze w niej inny proces"},
	{"not in the mirror", "nie ma jej w kopii faktur"},
	{"mirror of another taxpayer", "to kopia faktur innego podatnika"},

	{"mirror %s: %w", "kopia faktur %s: %w"},
	{"invoice %s: %w", "faktura %s: %w"},
	{"discarded", "odrzucono"},
	{"%w: KSeF gives another document than it gave before", "%w: KSeF daje inny dokument niż poprzednio"},
	{"%q is not the number of an invoice", "%q to nie jest numer faktury"},
	{"a role %q, which no folder is for", "rola %q, dla której nie ma katalogu"},
	{"how far it is: %w", "dokąd sięga: %w"},
	{"prove: %w", "porównywanie z KSeF: %w"},
	{"search: %w", "wyszukiwanie: %w"},
	{"sync: %w", "synchronizacja: %w"},
	{"verify: %w", "sprawdzanie: %w"},
	{"%s was not synced: say up to when to compare", "%s: nie było synchronizacji; podaj, do kiedy porównać"},
	{"%s was not synced: say from when to compare", "%s: nie było synchronizacji; podaj, od kiedy porównać"},
	{"nothing was synced yet", "nie było jeszcze synchronizacji"},
	{"the index has version %d, this program knows %d: use a later one", "indeks ma wersję %d, a ten program zna %d: użyj nowszego"},
	{"migrating the index from version %d: %w", "przenoszenie indeksu z wersji %d: %w"},
	{"no words in %q", "w %q nie ma słów"},
	{"no amount %q: want %q, %q or %q", "nie ma kwoty %q: możliwe są %q, %q i %q"},
	{"no date %q: want %q, %q or %q", "nie ma daty %q: możliwe są %q, %q i %q"},
	{"%w: %s does not have the hash of what came from KSeF", "%w: %s nie ma skrótu tego, co dał KSeF"},
	{"%w: it holds invoices of %s, the client is of %s", "%w: są w niej faktury z kontekstu %s, a zalogowano się w kontekście %s"},
	{"%w: the index: %s", "%w: indeks: %s"},
	{"missing here", "brak w kopii"},
	{"missing in KSeF", "brak w KSeF"},
	{"different hash", "inny skrót"},
	{"file missing", "brak pliku"},
	{"file damaged", "plik uszkodzony"},
	{"extra file", "zbędny plik"},

	{"lock: %w", "blokada: %w"},
}
