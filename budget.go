package ksef

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"
)

// Budget holds requests back so that KSeF need not refuse them (429): package
// budget has one, for all clients in this process or on this machine. A client
// without a budget sends until it is refused, and waits then.
type Budget interface {
	// Take returns when a request may be sent, or fails, and then nothing is sent.
	// An account is what KSeF counts together, see [AuthenticatedClient.BudgetAccount];
	// a group a [RateGroup] or, of those that are RateOther, an operation such as
	// "GET /tokens/*". Done is called once the request was answered or is given up:
	// with zero or, when KSeF refused it with 429, with how long it asked to wait.
	Take(ctx context.Context, account, group string) (done func(refused time.Duration), err error)

	// Learn takes what KSeF said its limits are, by group: requests a second, a
	// minute and an hour, -1 for any number. [Limits.Rates] calls it.
	Learn(ctx context.Context, account string, rates map[string][3]int) error
}

// BudgetAccount is what [Options.Budget] counts this client's requests under: the
// environment and the taxpayer it acts for. Requests that need no access token are
// counted under the BaseURL alone.
func (a *AuthenticatedClient) BudgetAccount() string { return a.conn.account() }

func (c *authConn) account() string { return c.base + " " + c.context().String() }

// counted makes one HTTP exchange, when the budget allows it.
func (c *conn) counted(ctx context.Context, r *request) (*answer, error) {
	if c.budget == nil {
		return c.roundTrip(ctx, r)
	}
	group, account := r.group(), c.base
	if r.acting != nil && group != string(RateAnonymous) {
		account = r.acting.account()
	}
	done, err := c.budget.Take(ctx, account, group)
	if err != nil {
		return nil, err
	}
	if r.acting != nil { // the wait may have outlived the token; with an old one KSeF says so itself
		if token, err := r.acting.freshToken(ctx); err == nil {
			r.bearer = token
		}
	}
	a, err := c.roundTrip(ctx, r)
	if refusal, ok := errors.AsType[*Error](err); ok && refusal.StatusCode == http.StatusTooManyRequests {
		done(max(refusal.RetryAfter, time.Second))
	} else {
		done(0)
	}
	return a, err
}

// learnRates tells the budget what KSeF's limits are. That it could not be told
// takes nothing from the answer.
func (c *authConn) learnRates(ctx context.Context, limits RateLimits) {
	if c.budget == nil {
		return
	}
	rates := map[string][3]int{}
	for group, l := range limits {
		rates[string(group)] = [3]int{l.PerSecond, l.PerMinute, l.PerHour}
	}
	if err := c.budget.Learn(ctx, c.account(), rates); err != nil {
		c.logger.LogAttrs(ctx, slog.LevelWarn, "ksef: the budget has not learnt the rate limits", slog.String("error", err.Error()))
	}
}
