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
		case err != nil && unanswered(err):
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
// could be asked in time, KSeF wants to be asked later, or what came is no answer
// of its. A refusal is an answer, and so is that it takes somebody else to ask.
func unanswered(err error) bool {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.StatusCode == http.StatusTooManyRequests || e.StatusCode >= http.StatusInternalServerError
	}
	_, notSent := errors.AsType[*IdentifierError](err)
	return !notSent && !errors.Is(err, ErrUnauthorized)
}
