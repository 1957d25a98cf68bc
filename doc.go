// Package ksef is a client for KSeF 2.0, Poland's national e-invoicing system.
//
// # Model
//
// A [Client] is anonymous. Authenticating it for a taxpayer yields an
// [AuthenticatedClient], which carries one service per area of the API:
//
//	client, err := ksef.NewClient(ksef.Test, nil)
//	auth, err := client.Authentication.WithTestCertificate(ctx, "5261040828", nil)
//	session, err := auth.OpenOnlineSession(ctx, nil)
//	sent, err := session.SendAndWait(ctx, invoiceXML, nil)
//	err = session.Close(ctx)
//	for doc, err := range auth.Invoices.Documents(ctx, ksef.InvoiceFilter{Role: ksef.Buyer, From: lastMonth}, nil) { … }
//
// Elsewhere than in Test, authenticate with a certificate or a KSeF token:
//
//	cert, err := certs.LoadP12("company.p12", password)
//	auth, err := client.Authentication.WithXAdES(ctx, ksef.NIP("5261040828"), cert, nil)
//	auth, err := client.Authentication.WithToken(ctx, ksef.NIP("5261040828"), token, nil)
//
// Every call takes a context, which alone bounds its time, and all clients are
// safe for concurrent use. Arguments come in one order: who, proof or content,
// options; nil options mean the defaults. Each flow is one call and its steps
// are public too, for a signature made elsewhere or a process that stops and
// goes on: see [Authentication].
//
// # Errors
//
// What can be branched on with [errors.Is] and [errors.As]:
//
//   - [*Error]: KSeF refused the request. Match [ErrUnauthorized],
//     [ErrForbidden], [ErrGone], [ErrRateLimited] or a [Code].
//   - [*FailedError]: KSeF accepted the work and it failed; Status says why.
//     Match a [Failure] or [ErrDuplicate].
//   - [*PendingError]: the context ended first, or KSeF did not answer. The work
//     goes on, and the error has the reference to wait for again.
//   - [*IdentifierError]: an argument is not the number it should be; nothing
//     was sent.
//   - [*ArgumentError]: an argument is one that KSeF would refuse or understand
//     in another way than it was meant; nothing was sent.
//   - [ErrUnknown]: the request must not be repeated blindly, and its answer was
//     lost. The method's documentation says what to do.
//   - [ErrCorrupt]: what came is not what was announced, and was not believed.
//   - [ErrState]: a kept state is damaged, of another kind, or without its key.
//   - [*TransferError]: the storage for packages failed.
//   - [ErrMalformed]: the answer was not KSeF's.
//
// # Repetition
//
// Requests that read, or that do again what is done already, are repeated after
// lost answers and gateway errors, as [Options.Retry] says. A refusal for
// exceeding a rate limit is waited out within the context, by all calls of the
// same group; [Options.Budget] holds requests back before it comes to that.
// Everything else is sent once. So is an invoice: [OnlineSession.SendAndWait]
// finds out whether it arrived before it sends it again, and KSeF accepts it once.
//
// # Around invoices
//
// A program logs in with something that is its own: a KSeF token
// ([Tokens.Generate]) or a KSeF certificate ([Certificates.Enroll]), which is
// what [Authentication.WithXAdES] takes from then on. A certificate of the other
// type signs what is printed on invoices issued offline. Whether they may be
// today is what [Lighthouse.Status] says, which answers when KSeF does not.
//
// [Limits] tells how much and how often; in [Test] it also sets that, so that a
// program can be seen at its limits. [CollectiveIdentifiers] has one number for
// invoices that are paid together, [Peppol] the providers, and [TestData] makes
// up taxpayers and people.
//
// # Secrets
//
// Tokens do not print or log: [AccessToken], [Credentials] and [NewToken] show
// their terms instead, whatever the verb. Nor do the keys of certificates:
// [Enrollment]. Encoding them to JSON does show them,
// since they must be kept somewhere. So do the states of what is under way, such
// as [SessionState], [ExportState] and [SyncState], which hold keys.
//
// # Testing
//
// Package sandbox is a KSeF that runs in the process and really checks what it
// is given; [Options.BaseURL] points a client at any other.
package ksef
