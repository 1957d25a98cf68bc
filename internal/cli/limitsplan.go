package cli

import (
	"context"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/budget"
)

func (a *app) newLimitsPlan() *cobra.Command {
	var own bool
	cmd := &cobra.Command{
		Use:     "plan " + a.say.countPlaceholder(),
		Short:   a.say.limitsPlanShort(),
		Long:    a.say.limitsPlanLong(),
		Example: "  ksef limits plan 1400",
		Args:    a.oneArg(a.say.aCount),
		RunE: func(cmd *cobra.Command, args []string) error {
			count, err := strconv.Atoi(args[0])
			if err != nil || count < 1 || count > mostPlanned {
				return &usageError{a.say.wrongCount(args[0], mostPlanned), ""}
			}
			if !own {
				return a.plan(count, nil)
			}
			return a.authenticated(cmd.Context(), func(ctx context.Context, s *signedIn) error {
				rates, err := s.Limits.Rates(ctx)
				if err != nil {
					return err
				}
				return a.plan(count, table(rates))
			})
		},
	}
	cmd.Flags().BoolVar(&own, "own", false, a.say.planOwnFlag())
	return cmd
}

// mostPlanned is of how many invoices a plan is made: it walks through every request.
const mostPlanned = 1_000_000

// table is what KSeF tells of its limits, for the planner.
func table(rates ksef.RateLimits) budget.Table {
	t := budget.Table{}
	for group, l := range rates {
		t[string(group)] = budget.Limits{PerSecond: l.PerSecond, PerMinute: l.PerMinute, PerHour: l.PerHour}
	}
	return t
}

// planned is a way to do something with invoices, and what it takes.
type planned struct {
	way   string // the command that goes this way
	title string
	*budget.Forecast
}

// plan shows what every way to send or to fetch a number of invoices takes.
func (a *app) plan(count int, limits budget.Table) error {
	ways := []planned{
		{"invoice send --online", a.say.planOnline(), budget.Plan(budget.Online(count), limits)},
		{"invoice send --batch", a.say.planBatch(), budget.Plan(budget.Batch(count), limits)},
		{"invoice list", a.say.planList(), budget.Plan(budget.Query(count), limits)},
		{"invoice get", a.say.planGet(), budget.Plan(budget.Download(count), limits)},
		{"invoice export", a.say.planExport(), budget.Plan(budget.Export(count), limits)},
	}
	return list(a, []column[planned]{
		{"command", a.say.colCommand(), func(p planned) any { return p.way }},
		{"what", a.say.colWhat(), func(p planned) any { return p.title }},
		{"requests", a.say.colRequests(), func(p planned) any { return p.Requests }},
		{"seconds", "", func(p planned) any { return p.Duration.Seconds() }},
		{"duration", a.say.colTakes(), func(p planned) any { return p.Duration.Round(time.Second).String() }},
		{"group", a.say.colHeldBackBy(), func(p planned) any { return p.Group }},
		{"limit", a.say.colLimit(), func(p planned) any { return a.say.planLimit(p.Limit) }},
	}, all(ways))
}
