package cli

import (
	"context"
	"encoding/hex"
	"errors"
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
	results := make([]sentResult, len(s.docs))
	for i, d := range s.docs {
		results[i] = sentResult{document: d, outcome: sentNot}
	}
	session, err := s.onlineSession(ctx)
	if err != nil {
		return results, err
	}
	bar := s.progress(s.say.sending(), s.say.documentCount)
	defer bar.done()
	var done atomic.Int64
	bar.set(0, int64(len(s.docs)))
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
				bar.set(done.Add(1), int64(len(s.docs)))
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return results, err
	}
	return results, session.Close(context.WithoutCancel(ctx))
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
func (s *sending) sendOne(ctx context.Context, session *ksef.OnlineSession, r *sentResult) error {
	content, err := r.read()
	if err != nil {
		return err
	}
	var corrects []byte
	if s.opts.corrects != "" {
		if corrects, err = hex.DecodeString(s.opts.corrects); err != nil {
			return err
		}
	}
	accepted, err := s.earlier(ctx, hashOf(content), content, r)
	if errors.Is(err, ksef.ErrNotSent) {
		ref := session.ReferenceNumber()
		if err := s.state.change(func() { s.state.Sent[hashOf(content)] = ref }); err != nil {
			return err
		}
		r.session, r.outcome = ref, sentNot
		accepted, err = session.SendAndWait(ctx, content, &ksef.SendOptions{Offline: s.opts.offline, Corrects: corrects})
	}
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

// earlier waits for what became of a document that an earlier run sent. The
// error is ErrNotSent when none did, or when it did not arrive.
func (s *sending) earlier(ctx context.Context, hash string, content []byte, r *sentResult) (*ksef.SessionInvoice, error) {
	ref := s.state.sentIn(hash)
	if ref == "" {
		return nil, ksef.ErrNotSent
	}
	r.session, r.outcome = ref, sentUnknown
	session := s.ResumeOnlineSession(ksef.SessionState{ReferenceNumber: ref}) // looking needs no key
	found, err := session.Resolve(ctx, content)
	if err != nil {
		return nil, err
	}
	return session.Wait(ctx, found.ReferenceNumber)
}
