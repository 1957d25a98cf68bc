// Package cli is the ksef command.
//
// # Output
//
// What was asked for goes to standard output, everything else to standard
// error: "ksef: error: …", and after it, where there is something to be done,
// "ksef: hint: …". Colours and marks beyond ASCII are for terminals only, and
// colours never against NO_COLOR. Secrets are in neither stream.
//
// # Exit codes
//
//	0  done
//	1  failed
//	2  wrong usage: nothing was sent
//	4  not authenticated
//	5  rejected by KSeF, or would be
//	8  still pending: the work goes on at KSeF's
//
// # Code
//
// A file is a noun. A command is a function over an [env], its only door to the
// world, so that it runs in tests as it does in a shell; cobra parses and
// dispatches, and knows nothing of the work. Errors choose the exit code and the
// hint in one place, exit.go. What is said to people is said in messages….go, in
// both languages side by side.
package cli
