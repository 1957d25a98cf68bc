package cli

import (
	"context"
	"encoding/hex"
	"errors"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ksef-go/ksef"
)

// Of sending one by one: how many go at a time, and how much of its life a
// session must have left to be gone on with.
const (
	sendParallel = 4
	sessionLeft  = 5 * time.Minute
)

// sendOnline sends documents one by one, exactly once each, and closes the
// session when all have their results. It returns the results there are along
// with an error.
func (s *sending) sendOnline(ctx context.Context) ([]sentResult, error) {
	results, err := s.toSend()
	if err != nil {
		return nil, err
	}
	session, err := s.onlineSession(ctx)
	if err != nil {
		return results, err
	}
	bar := s.progress(s.say.sending(), s.say.documentCount)
	defer bar.done()
	var done atomic.Int64
	bar.set(0, int64(len(results)))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(sendParallel)
	for i := range results {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			err := s.sendOne(ctx, session, &results[i])
			if err == nil {
				bar.set(done.Add(1), int64(len(results)))
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return results, err
	}
	results = slices.DeleteFunc(results, func(r sentResult) bool { return r.gone && r.outcome == sentNot })
	return results, session.Close(context.WithoutCancel(ctx))
}

// toSend are the documents, with the hashes of what those that changed since held
// when an earlier run sent it, and after them those that it sent and that are no
// longer there.
func (s *sending) toSend() ([]sentResult, error) {
	results := make([]sentResult, len(s.docs))
	at := map[string]int{}
	left := maps.Clone(s.state.From)
	for i, d := range s.docs {
		results[i] = sentResult{document: d, outcome: sentNot}
		if len(left) == 0 {
			continue
		}
		hash, err := d.hash()
		if err != nil {
			return nil, err
		}
		path, err := d.path()
		if err != nil {
			return nil, err
		}
		if delete(left, hash); path != "" {
			at[path] = i
		}
	}
	for _, hash := range slices.Sorted(maps.Keys(left)) {
		from := left[hash]
		if i, ok := at[from.Path]; ok {
			results[i].before = hash
		} else {
			results = append(results, sentResult{
				document: document{name: from.Name}, outcome: sentNot, note: s.say.fileGone(), before: hash, gone: true,
			})
		}
	}
	return results, nil
}

// onlineSession goes on with the session that is open, or opens one.
func (s *sending) onlineSession(ctx context.Context) (*ksef.OnlineSession, error) {
	if s.state.Session != nil {
		session := s.ResumeOnlineSession(*s.state.Session)
		status, err := session.Status(ctx)
		if err != nil {
			return nil, err
		}
		const open = 100
		if status.Status.Code == open && session.ValidUntil().Sub(s.now()) > sessionLeft {
			return session, nil
		}
		if err := session.Close(ctx); err != nil {
			return nil, err
		}
	}
	session, err := s.OpenOnlineSession(ctx, &ksef.SessionOptions{FormCode: s.form})
	if err != nil {
		return nil, err
	}
	state := session.State()
	return session, s.state.change(func() { s.state.Session = &state })
}

// sendOne sends a document, unless it was sent before, and waits for its result.
// One that has changed since is not sent: of what it held the result is shown.
func (s *sending) sendOne(ctx context.Context, session *ksef.OnlineSession, r *sentResult) error {
	if r.before != "" {
		accepted, err := s.earlier(ctx, r.before, r)
		if r.gone && errors.Is(err, ksef.ErrNotSent) {
			r.session, r.outcome = "", sentNot
			return nil
		}
		if r.changed = !r.gone; !errors.Is(err, ksef.ErrNotSent) {
			return s.settle(ctx, r, accepted, err)
		}
		r.changed = false
		if err := s.state.change(func() { delete(s.state.Sent, r.before); delete(s.state.From, r.before) }); err != nil {
			return err
		}
	}
	if r.flaw != "" {
		r.session, r.outcome, r.note = "", sentNot, r.flaw
		return nil
	}
	content, err := r.read()
	if err != nil {
		return err
	}
	path, err := r.path()
	if err != nil {
		return err
	}
	var corrects []byte
	if s.opts.corrects != "" {
		if corrects, err = hex.DecodeString(s.opts.corrects); err != nil {
			return err
		}
	}
	hash := hashOf(content)
	accepted, err := s.earlier(ctx, hash, r)
	if errors.Is(err, ksef.ErrNotSent) {
		ref := session.ReferenceNumber()
		if err := s.state.change(func() { s.state.Sent[hash], s.state.From[hash] = ref, sentFile{r.name, path} }); err != nil {
			return err
		}
		r.session, r.outcome = ref, sentNot
		accepted, err = session.SendAndWait(ctx, content, &ksef.SendOptions{Offline: s.opts.offline, Corrects: corrects})
	}
	if now, gone := r.hash(); gone == nil && now != hash { // edited meanwhile
		r.changed = true
	}
	return s.settle(ctx, r, accepted, err)
}

// settle fills in what became of a document, and saves the receipt for it.
func (s *sending) settle(ctx context.Context, r *sentResult, accepted *ksef.SessionInvoice, err error) error {
	if err != nil {
		return r.failed(err)
	}
	r.accept(accepted)
	if s.opts.upo == "" {
		return nil
	}
	if err := s.saveReceipt(ctx, r); err != nil {
		return s.missReceipt(ctx, err)
	}
	return nil
}

// earlier waits for what became of a document that an earlier run sent, by its
// hash. The error is ErrNotSent when none did, or when it did not arrive.
func (s *sending) earlier(ctx context.Context, hash string, r *sentResult) (*ksef.SessionInvoice, error) {
	ref := s.state.sentIn(hash)
	if ref == "" {
		return nil, ksef.ErrNotSent
	}
	r.session, r.outcome = ref, sentUnknown
	session := s.ResumeOnlineSession(ksef.SessionState{ReferenceNumber: ref}) // looking needs no key
	var found *ksef.SessionInvoice
	for i, err := range session.Invoices(ctx, nil) {
		if err != nil {
			return nil, err
		}
		// Twice it is there where one is the other's duplicate, of which waiting finds
		// the original.
		if hex.EncodeToString(i.Hash) == hash && (found == nil || i.Status.OK() || !found.Status.OK() && i.Status.Pending()) {
			found = &i
		}
	}
	if found == nil {
		return nil, ksef.ErrNotSent
	}
	return session.Wait(ctx, found.ReferenceNumber)
}
