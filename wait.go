package ksef

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
)

// wait asks for the status of an operation until it is over. It is the one
// loop for everything asynchronous; deadlines come from ctx alone. The first
// question comes at once, the next soon, and then less and less often. Where
// there is no answer, the operation goes on all the same: the error keeps its
// reference.
func (c *conn) wait(ctx context.Context, operation Operation, ref ReferenceNumber, ask func() (Status, error)) error {
	var last Status
	for attempt := 1; ; attempt++ {
		s, err := ask()
		switch {
		case err != nil && (unanswered(err) || last.Code != 0): // what KSeF has told of is not unknown
			return &PendingError{operation, ref, last, err}
		case err != nil:
			return err
		case s.OK():
			return nil
		case !s.Pending():
			return &FailedError{Operation: operation, Reference: ref, Status: s}
		}
		last = s
		c.logger.LogAttrs(ctx, slog.LevelDebug, "ksef: waiting", slog.String("operation", string(operation)),
			slog.String("reference", string(ref)), slog.Int("status", s.Code))
		if err := sleep(ctx, c.poll.pause(attempt)); err != nil {
			return &PendingError{operation, ref, last, err}
		}
	}
}

// unanswered reports whether err says nothing about what was asked for: nobody
// could be asked in time, KSeF wants to be asked later or by somebody whose session
// lives, or what came is no answer of its. Any other refusal is an answer.
func unanswered(err error) bool {
	if _, pending := errors.AsType[*PendingError](err); pending {
		return true
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.StatusCode == http.StatusTooManyRequests || e.StatusCode >= http.StatusInternalServerError ||
			errors.Is(err, ErrUnauthorized) || e.Path == renewalPath
	}
	_, notSent := errors.AsType[*IdentifierError](err)
	return !notSent
}

// begun is what waiting for an operation that the very call began has come to.
// Nobody else knows its reference, so that not even a refusal to tell more of it
// may cost that: what KSeF has accepted goes on.
func begun(operation Operation, ref ReferenceNumber, err error) error {
	_, failed := errors.AsType[*FailedError](err)
	_, pending := errors.AsType[*PendingError](err)
	_, refused := errors.AsType[*Error](err)
	if failed || pending || !refused {
		return err
	}
	return &PendingError{operation, ref, Status{}, err}
}
