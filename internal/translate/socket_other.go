//go:build !windows

package translate

import "syscall"

// socket says what the system says about connections; "" about anything else.
func socket(e syscall.Errno) string {
	switch e {
	case syscall.ECONNREFUSED:
		return refused
	case syscall.ECONNRESET, syscall.ECONNABORTED:
		return reset
	case syscall.ETIMEDOUT:
		return late
	case syscall.EHOSTUNREACH, syscall.EHOSTDOWN, syscall.ENETUNREACH:
		return unreachable
	case syscall.ENETDOWN:
		return down
	case syscall.EADDRINUSE:
		return taken
	case syscall.EADDRNOTAVAIL:
		return notHere
	}
	return ""
}
