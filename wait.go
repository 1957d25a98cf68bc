package ksef

import (
	"context"
	"log/slog"
)

// wait asks for the status of an operation until it is over. It is the one
// loop for everything asynchronous; deadlines come from ctx alone. The first
// question comes at once, the next soon, and then less and less often.
func (c *conn) wait(ctx context.Context, operation Operation, ref ReferenceNumber, ask func() (Status, error)) error {
	var last Status
	for attempt := 1; ; attempt++ {
		s, err := ask()
		switch {
		case err != nil && ctx.Err() != nil:
			return &PendingError{operation, ref, last, context.Cause(ctx)}
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
