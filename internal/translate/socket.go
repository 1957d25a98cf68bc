package translate

// What systems say about connections, each with its own numbers.
const (
	refused     = "odmowa połączenia"
	reset       = "połączenie zerwane przez drugą stronę"
	late        = "upłynął limit czasu połączenia"
	unreachable = "brak drogi w sieci do tego adresu"
	down        = "sieć nie działa"
	taken       = "adres jest już zajęty"
	notHere     = "ten komputer nie ma takiego adresu"
)
