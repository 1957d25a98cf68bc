package translate

import (
	"io/fs"
	"syscall"

	"golang.org/x/sys/windows"
)

// socket says what the system says about connections; "" about anything else.
// Windows has numbers of its own for these.
func socket(e syscall.Errno) string {
	switch e {
	case windows.WSAECONNREFUSED:
		return refused
	case windows.WSAECONNRESET, windows.WSAECONNABORTED:
		return reset
	case windows.WSAETIMEDOUT:
		return late
	case windows.WSAEHOSTUNREACH, windows.WSAEHOSTDOWN, windows.WSAENETUNREACH:
		return unreachable
	case windows.WSAENETDOWN:
		return down
	case windows.WSAEADDRINUSE:
		return taken
	case windows.WSAEADDRNOTAVAIL:
		return notHere
	case windows.WSAEACCES:
		return Polish(fs.ErrPermission)
	}
	return ""
}
