// Package sandbox is KSeF in a process: an [http.Handler] that behaves like the ministry's test
// environment, really checks what it is given, and forgets everything when it goes away.
//
//	srv := sandbox.New(nil)
//	client := srv.Client(nil) // no listener, no port, nothing to close
//
// Served over a listener it is the same thing for any language: http.ListenAndServe("127.0.0.1:8080", srv)
// and a client whose base address is http://127.0.0.1:8080/v2.
//
// # Real checks
//
// Signatures are verified, ciphertext is opened with the server's own keys, tokens are JWTs that
// expire, permissions are looked up. Error codes and texts are KSeF's. Where the sandbox adds a detail
// of its own to help, that detail is in English, so it cannot be mistaken for KSeF's words. What is
// emulated, simplified or missing, and what was assumed where the ministry is silent, is listed in
// docs/FIDELITY.md.
//
// # Control
//
// The ministry's own /testdata endpoints make taxpayers, permissions and blocked contexts. What the
// ministry does not offer is done from outside: [Server.Advance] moves the clock, [Server.Inject] makes
// requests fail in a chosen way, [Server.OnAuthentication], [Server.OnInvoice], [Server.OnEnrollment],
// [Server.OnPermission] and [Server.FailSession] make KSeF fail itself, [Server.Requests] tells what arrived
// and [Server.Invoices] what was accepted, [Server.Grant] and [Server.Authorize] give rights without a grant,
// [Server.RotateKeys] replaces the encryption keys. [Server.Admin] offers the same over HTTP, for tests in other
// languages.
//
// Everything that looks random comes from [Options].Seed, save for cryptographic keys and what is made
// with them. Nothing happens in the background: no goroutine outlives its request, and what takes time is
// computed from the clock when somebody asks.
//
// A sandbox is for tests. Its secrets can be foreseen, its authority is thrown away, and its
// certificates say SANDBOX.
package sandbox
