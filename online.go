package ksef

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/ksef-go/ksef/internal/seal"
)

// SessionOptions adjusts a session of sending. A nil *SessionOptions means the
// defaults.
type SessionOptions struct {
	FormCode FormCode // of all invoices in the session; zero for FA3
}

// OnlineSession sends invoices one by one. It is safe for concurrent use.
type OnlineSession struct {
	InvoiceSession
	state SessionState
}

// OpenOnlineSession opens a session for sending invoices one by one, under a
// fresh AES key. KSeF closes it by itself after twelve hours.
//
// The request is repeated when its answer is lost: what remains then is an
// empty session that ends by itself.
//
//ksef:op POST /sessions/online
func (a *AuthenticatedClient) OpenOnlineSession(ctx context.Context, opts *SessionOptions) (*OnlineSession, error) {
	var o SessionOptions
	if opts != nil {
		o = *opts
	}
	key, err := seal.New(nil)
	if err != nil {
		return nil, fmt.Errorf("ksef: session key: %w", err)
	}
	var out openedSession
	err = a.conn.withKey(ctx, SymmetricKeyEncryption, func(k *PublicKey) error {
		in := openOnlineRequest{FormCode: o.FormCode.orDefault()}
		if in.Encryption, err = wrapKey(key, k); err != nil {
			return err
		}
		r := request{method: "POST", path: "/sessions/online", repeat: repeatable}
		return a.conn.call(ctx, r, in, &out)
	})
	if err != nil {
		return nil, err
	}
	return a.ResumeOnlineSession(SessionState{out.ReferenceNumber, o.FormCode.orDefault(), out.ValidUntil, key}), nil
}

type openOnlineRequest struct {
	FormCode   FormCode   `json:"formCode"`
	Encryption encryption `json:"encryption"`
}

// encryption hands a session's key over.
type encryption struct {
	Key         []byte `json:"encryptedSymmetricKey"`
	IV          []byte `json:"initializationVector"`
	PublicKeyID string `json:"publicKeyId,omitempty"`
}

func wrapKey(key seal.Key, k *PublicKey) (encryption, error) {
	pub, err := k.rsa()
	if err != nil {
		return encryption{}, err
	}
	wrapped, err := key.Wrap(pub)
	if err != nil {
		return encryption{}, fmt.Errorf("ksef: public key %s: %w", k.PublicKeyID, err)
	}
	return encryption{wrapped, key.IV(), k.PublicKeyID}, nil
}

type openedSession struct {
	ReferenceNumber ReferenceNumber `json:"referenceNumber"`
	ValidUntil      time.Time       `json:"validUntil"`
}

func (o *openedSession) complete() bool { return o.ReferenceNumber != "" }

// ResumeOnlineSession returns the session whose [OnlineSession.State] was kept.
// It sends nothing. Of a state made by hand the reference number is enough to
// read and to close; sending with it is [ErrState], for want of the key.
func (a *AuthenticatedClient) ResumeOnlineSession(state SessionState) *OnlineSession {
	return &OnlineSession{InvoiceSession{state.ReferenceNumber, a.conn}, state}
}

// State returns what [AuthenticatedClient.ResumeOnlineSession] needs.
func (s *OnlineSession) State() SessionState { return s.state }

// ValidUntil is when KSeF closes the session by itself.
func (s *OnlineSession) ValidUntil() time.Time { return s.state.ValidUntil }

// SendOptions adjusts the sending of one invoice. A nil *SendOptions means the
// defaults.
type SendOptions struct {
	// Offline declares the invoice to have been issued in an offline mode.
	Offline bool

	// Corrects is the SHA-256 of a rejected offline invoice that this one
	// corrects technically, without changing what it says (ksef-docs
	// offline/korekta-techniczna.md). It needs Offline.
	Corrects []byte
}

// Send encrypts an invoice document and hands it in, byte for byte as it is. It
// returns the reference number under which KSeF processes it: see
// [InvoiceSession.Wait].
//
// It is sent once. After [ErrUnknown], ask [OnlineSession.Resolve] whether it
// arrived, or use [OnlineSession.SendAndWait], which does.
//
//ksef:op POST /sessions/online/{referenceNumber}/invoices
func (s *OnlineSession) Send(ctx context.Context, invoice []byte, opts *SendOptions) (ReferenceNumber, error) {
	in, err := s.seal(invoice, opts)
	if err != nil {
		return "", err
	}
	const route = "/sessions/online/{referenceNumber}/invoices"
	r := request{method: "POST", path: s.path("/invoices"), route: route}
	var out openedSession
	if err := s.conn.call(ctx, r, in, &out); err != nil {
		return "", err
	}
	return out.ReferenceNumber, nil
}

type sendRequest struct {
	Hash          seal.Hash `json:"invoiceHash"`
	Size          int64     `json:"invoiceSize"`
	SealedHash    seal.Hash `json:"encryptedInvoiceHash"`
	SealedSize    int64     `json:"encryptedInvoiceSize"`
	SealedContent []byte    `json:"encryptedInvoiceContent"`
	Offline       bool      `json:"offlineMode"`
	Corrects      []byte    `json:"hashOfCorrectedInvoice,omitempty"`
}

func (s *OnlineSession) seal(invoice []byte, opts *SendOptions) (*sendRequest, error) {
	if s.state.key.IsZero() {
		return nil, badState("session", errNoKey)
	}
	if len(invoice) == 0 {
		return nil, errors.New("ksef: sending an empty document")
	}
	var o SendOptions
	if opts != nil {
		o = *opts
	}
	if o.Corrects != nil && len(o.Corrects) != sha256.Size {
		return nil, fmt.Errorf("ksef: technical correction of a hash of %d bytes: want the SHA-256 of the rejected document", len(o.Corrects))
	}
	if o.Corrects != nil && !o.Offline {
		return nil, errors.New("ksef: a technical correction is possible for offline invoices only: set Offline")
	}
	sealed, d := s.state.key.Seal(nil, invoice)
	return &sendRequest{d.Plain.Hash, d.Plain.Size, d.Sealed.Hash, d.Sealed.Size, sealed, o.Offline, o.Corrects}, nil
}

// SendAndWait sends an invoice exactly once and waits until it has its KSeF
// number, whatever the network does on the way. When an answer is lost it looks
// whether the invoice arrived and sends it again only if not; and should both
// arrive, KSeF rejects the second as a duplicate of the first, which counts as
// the success it is. So does a document that was accepted earlier: the invoice
// returned is then the original, in its own [SessionInvoice.Session].
//
// A rejected invoice is a [*FailedError]; one whose number another document
// has, [ErrDuplicate]. When ctx ends first, the error is a [*PendingError], or
// [ErrUnknown] if it is not known whether the invoice arrived.
func (s *OnlineSession) SendAndWait(ctx context.Context, invoice []byte, opts *SendOptions) (*SessionInvoice, error) {
	ref, err := s.Send(ctx, invoice, opts)
	if errors.Is(err, ErrUnknown) {
		ref, err = s.sendAgain(ctx, invoice, opts, err)
	}
	if err != nil {
		return nil, err
	}
	sent, err := s.Wait(ctx, ref)
	return sent, begun(OperationInvoice, ref, err)
}

// sendAgain looks for an invoice after sending it ended in unknown, and sends it
// again while it has not arrived.
func (s *OnlineSession) sendAgain(ctx context.Context, invoice []byte, opts *SendOptions, unknown error) (ReferenceNumber, error) {
	for attempt := 1; attempt < s.conn.retry.Attempts; attempt++ {
		if over := s.conn.retry.rest(ctx, attempt, unknown); over != nil {
			return "", over
		}
		found, lookup := s.Resolve(ctx, invoice)
		switch {
		case lookup == nil:
			return found.ReferenceNumber, nil
		case !errors.Is(lookup, ErrNotSent):
			continue
		}
		// Even if the first is still on its way and arrives later, KSeF accepts
		// only one of them.
		ref, err := s.Send(ctx, invoice, opts)
		switch {
		case err == nil:
			return ref, nil
		case errors.Is(err, ErrUnknown):
			unknown = err
			continue
		}
		// What refuses the second may be the first, which has arrived meanwhile
		// and filled the session; and if it has not, it still may.
		if found, lookup = s.Resolve(ctx, invoice); lookup == nil {
			return found.ReferenceNumber, nil
		}
		return "", fmt.Errorf("%w: %w (sending it once more)", ErrUnknown, err)
	}
	return "", unknown
}

// Resolve looks for an invoice document in the session, by its hash: what to do
// when Send failed with [ErrUnknown] or the process died before it could keep
// the reference number. It fails with [ErrNotSent] when the document did not
// arrive; if the request is still on its way it may arrive yet, and sending it
// again is safe all the same, since KSeF accepts an invoice once.
func (s *OnlineSession) Resolve(ctx context.Context, invoice []byte) (*SessionInvoice, error) {
	want := sha256.Sum256(invoice)
	var best *SessionInvoice
	for i, err := range s.Invoices(ctx, nil) {
		if err != nil {
			return nil, err
		}
		// The same document can be there twice, once as the other's duplicate.
		if bytes.Equal(i.Hash, want[:]) && (best == nil || i.Status.OK() || !best.Status.OK() && i.Status.Pending()) {
			best = &i
		}
	}
	if best == nil {
		return nil, fmt.Errorf("ksef: session %s: document with SHA-256 %x: %w", s.ref, want, ErrNotSent)
	}
	return best, nil
}

// Close ends the session; KSeF processes what it was sent and then prepares
// the session's receipt: see [InvoiceSession.WaitClosed]. A session that is
// closed already is closed, so Close can be repeated.
//
//ksef:op POST /sessions/online/{referenceNumber}/close
func (s *OnlineSession) Close(ctx context.Context) error {
	return s.close(ctx, s.path("/close"), "/sessions/online/{referenceNumber}/close")
}

func (s *OnlineSession) path(rest string) string {
	return "/sessions/online/" + url.PathEscape(string(s.ref)) + rest
}
