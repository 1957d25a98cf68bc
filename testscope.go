package ksef

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
)

// TestScope is test data that is removed together. It makes what [TestData]
// makes, and remembers:
//
//	scope := client.TestData.Scoped()
//	t.Cleanup(func() {
//		if err := scope.Close(context.Background()); err != nil {
//			t.Error(err)
//		}
//	})
//	err := scope.CreateSubject(ctx, ksef.TestSubject{…})
//
// It is safe for concurrent use.
type TestScope struct {
	data *TestData

	mu   sync.Mutex
	undo []func(context.Context) error // the last is the first to be done
}

// Scoped returns a scope with nothing in it. Nothing is removed before
// [TestScope.Close].
func (t *TestData) Scoped() *TestScope { return &TestScope{data: t} }

// Close removes what was made, the last first. What cannot be removed does not
// keep the rest from it; its errors are joined, and another Close tries again.
// Give it a context of its own: that of the test may have ended.
func (s *TestScope) Close(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var left []func(context.Context) error
	var errs []error
	for _, undo := range slices.Backward(s.undo) {
		if err := undo(ctx); err != nil {
			errs = append(errs, fmt.Errorf("%w (removing test data)", err))
			left = append(left, undo)
		}
	}
	slices.Reverse(left)
	s.undo = left
	return errors.Join(errs...)
}

// made remembers how to undo what was made. What was refused is not ours, it may
// be somebody else's; what may have been made must be undone.
func (s *TestScope) made(err error, undo func(context.Context) error) error {
	if err == nil || errors.Is(err, ErrUnknown) {
		s.remember(undo)
	}
	return err
}

// set is made for what is not made but switched on: after a fault KSeF may have
// done it at one of several attempts, and switching it off does no harm.
func (s *TestScope) set(err error, undo func(context.Context) error) error {
	refusal, refused := errors.AsType[*Error](err)
	_, notSent := errors.AsType[*IdentifierError](err)
	if !notSent && !errors.Is(err, ErrNotTest) && !(refused && refusal.StatusCode == http.StatusBadRequest) {
		s.remember(undo)
	}
	return err
}

func (s *TestScope) remember(undo func(context.Context) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.undo = append(s.undo, undo)
}

// CreateSubject is [TestData.CreateSubject].
func (s *TestScope) CreateSubject(ctx context.Context, subject TestSubject) error {
	return s.made(s.data.CreateSubject(ctx, subject), func(ctx context.Context) error {
		return s.data.RemoveSubject(ctx, subject.NIP)
	})
}

// CreatePerson is [TestData.CreatePerson].
func (s *TestScope) CreatePerson(ctx context.Context, p TestPerson) error {
	return s.made(s.data.CreatePerson(ctx, p), func(ctx context.Context) error {
		return s.data.RemovePerson(ctx, p.NIP)
	})
}

// GrantPermissions is [TestData.GrantPermissions]. Close takes away all that the
// subject may do for the taxpayer, since KSeF has no other way.
func (s *TestScope) GrantPermissions(ctx context.Context, in NIP, to SubjectID, description string, permissions ...Permission) error {
	return s.made(s.data.GrantPermissions(ctx, in, to, description, permissions...), func(ctx context.Context) error {
		return s.data.RevokePermissions(ctx, in, to)
	})
}

// AllowAttachments is [TestData.AllowAttachments].
func (s *TestScope) AllowAttachments(ctx context.Context, nip NIP) error {
	return s.set(s.data.AllowAttachments(ctx, nip), func(ctx context.Context) error {
		return s.data.ForbidAttachments(ctx, nip, "")
	})
}

// BlockContext is [TestData.BlockContext].
func (s *TestScope) BlockContext(ctx context.Context, in ContextID) error {
	return s.set(s.data.BlockContext(ctx, in), func(ctx context.Context) error {
		return s.data.UnblockContext(ctx, in)
	})
}
