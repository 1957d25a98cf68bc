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
// # Map
//
// What a [Client] can do for nobody in particular:
//
//   - [Authentication]: the ways to become an [AuthenticatedClient], and their steps
//   - [Lighthouse]: whether KSeF works, and what is announced
//   - [PublicKeys]: the keys that things are encrypted with for KSeF
//   - [Peppol]: providers of Peppol services
//   - [TestData]: made-up taxpayers and people, in [Test]
//
// What an [AuthenticatedClient] does for a taxpayer:
//
//   - [AuthenticatedClient.OpenOnlineSession], [AuthenticatedClient.SubmitBatch]: sending
//   - [InvoiceSessions]: what became of it, and the receipts (UPO)
//   - [Invoices]: finding, downloading, exporting and syncing invoices
//   - [Permissions]: who may do what
//   - [Tokens], [Certificates]: what programs authenticate with
//   - [Sessions]: the logins that are in force
//   - [Limits]: how much and how often
//   - [CollectiveIdentifiers]: one number for invoices that are paid together
//
// [Client.Do] and [AuthenticatedClient.Do] are for an operation that has no
// method yet.
//
// # Sending
//
// An [OnlineSession] takes invoices one by one, a [BatchSession] up to 10,000 in
// an archive that never is in memory as a whole. An invoice is done when it has
// its [KSeFNumber]; its receipt proves it. A rejection is a [*FailedError] with
// KSeF's reason, and a document that KSeF had already is no second invoice but
// the first one.
//
// # Receiving
//
// [Invoices.All] lists, [Invoices.Download] fetches one, [Invoices.Documents]
// fetches all that match, by exports. [Invoices.Sync] keeps a copy up to date by
// KSeF's high-water mark, up to which its repository is complete: nothing is
// missed and nothing comes twice. Package mirror is such a copy in a directory.
//
// # Paging, waiting, going on
//
// Query is one page; All iterates over everything and ends after an error. What
// KSeF does later is waited for by the call that began it, as long as its context
// lets it, with pauses as [Options.Poll] says; a [*PendingError] tells what to
// wait for afterwards.
//
// What takes longer than a process may live has a state that encodes to JSON:
// [Credentials], [SessionState], [BatchState], [ExportState], [SyncState],
// [Enrollment]. Keep it where keys are kept, and go on in another process.
//
// # Errors
//
// What can be branched on with [errors.Is] and [errors.As]:
//
//   - [*Error]: KSeF refused the request. Match [ErrUnauthorized],
//     [ErrForbidden], [ErrGone], [ErrRateLimited] or a [Code].
//   - [*FailedError]: KSeF accepted the work and it failed; Status says why.
//     Match a [Failure] or [ErrDuplicate].
//   - [*PendingError]: the context ended first, or KSeF did not answer, or refused
//     to tell more. The work goes on, and the error has the reference to wait for
//     again.
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
// In [Test], [Limits] also sets how much and how often, so that a program can be
// seen at its limits.
//
// Somebody who acts for others holds a [Permissions] grant of theirs. An access
// token has the permissions of the moment it was made; a change counts from the
// next renewal on.
//
// # Secrets
//
// Tokens do not print or log: [AccessToken], [Credentials] and [NewToken] show
// their terms instead, by every verb that prints a value. Nor do the keys of
// certificates: [Enrollment]. Encoding them to JSON does show them,
// since they must be kept somewhere. So do the states of what is under way, such
// as [SessionState], [ExportState] and [SyncState], which hold keys. Three things
// no type can prevent: package fmt looks into a struct's unexported fields without
// asking them; so it does for %p, which is for pointers; and a JSON handler of slog
// encodes what stands inside a slice, map or struct. So give these values to a
// logger as they are, and keep an [AuthenticatedClient] in your structs, which holds
// its tokens where nothing prints them.
//
// # Testing
//
// Package sandbox is a KSeF that runs in the process and really checks what it
// is given; [Options.BaseURL] points a client at any other.
//
// # Other packages
//
//   - certs: certificates and keys from files
//   - xades: signatures, made and verified
//   - schema: what KSeF would reject, before it is sent
//   - upo: receipts, read and verified
//   - qr: the links and codes on invoices
//   - mirror: a copy of all invoices, searched and proved
//   - budget: rate limits shared among processes
//
// Guides, in English and Polish, are in the folder docs of the repository; the
// command ksef does all of this without a program.
package ksef
