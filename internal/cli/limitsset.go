package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
)

func (a *app) newLimitsSet() *cobra.Command {
	return a.group("set", a.say.limitsSetShort(), a.newLimitsSetContext(), a.newLimitsSetSubject(), a.newLimitsSetRates())
}

// changeLimits changes limits and says so: to programs what was set, in the
// form in which limits are shown.
func (a *app) changeLimits(ctx context.Context, change func(context.Context, *signedIn) (limits any, err error)) error {
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		limits, err := change(ctx, s)
		if err != nil {
			return err
		}
		a.note(a.say.limitsChanged())
		if !a.flags.json {
			return nil
		}
		return a.writeJSON(limits)
	})
}

func (a *app) newLimitsSetContext() *cobra.Command {
	var file string
	var given ksef.ContextLimits // what is zero was not given
	cmd := &cobra.Command{
		Use:   "context",
		Short: a.say.limitsSetContextShort(),
		Long:  a.say.limitsSetContextLong(),
		Example: "  ksef limits set context --online-invoices 100 --batch-invoices 50000\n" +
			"  ksef limits set context --file limits.json",
		Args: a.noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.setContextLimits(cmd.Context(), file, given) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&file, "file", "", a.say.limitsFileFlag("ksef limits context --json"))
	for _, one := range []struct {
		of     string
		limits *ksef.SessionLimits
	}{{"online", &given.Online}, {"batch", &given.Batch}} {
		a.numberVar(f, &one.limits.InvoiceMB, one.of+"-invoice-mb", 1, noMost, a.say.invoiceMBFlag(one.of))
		a.numberVar(f, &one.limits.AttachmentInvoiceMB, one.of+"-attachment-mb", 1, noMost, a.say.attachmentMBFlag(one.of))
		a.numberVar(f, &one.limits.Invoices, one.of+"-invoices", 1, noMost, a.say.sessionInvoicesLimitFlag(one.of))
	}
	a.numberVar(f, &given.CollectiveIdentifier.Invoices, "collective-invoices", 1, noMost, a.say.collectiveInvoicesFlag())
	return cmd
}

func (a *app) setContextLimits(ctx context.Context, file string, given ksef.ContextLimits) error {
	if file == "" && given == (ksef.ContextLimits{}) {
		return &usageError{a.say.nothingToSet(), ""}
	}
	var fromFile *ksef.ContextLimits
	if file != "" {
		if err := a.readJSON(file, &fromFile); err != nil {
			return err
		}
	}
	return a.changeLimits(ctx, func(ctx context.Context, s *signedIn) (any, error) {
		limits := fromFile
		if limits == nil {
			var err error
			if limits, err = s.Limits.Context(ctx); err != nil {
				return nil, err
			}
		}
		for _, one := range []struct{ given, limit *int }{
			{&given.Online.InvoiceMB, &limits.Online.InvoiceMB},
			{&given.Online.AttachmentInvoiceMB, &limits.Online.AttachmentInvoiceMB},
			{&given.Online.Invoices, &limits.Online.Invoices},
			{&given.Batch.InvoiceMB, &limits.Batch.InvoiceMB},
			{&given.Batch.AttachmentInvoiceMB, &limits.Batch.AttachmentInvoiceMB},
			{&given.Batch.Invoices, &limits.Batch.Invoices},
			{&given.CollectiveIdentifier.Invoices, &limits.CollectiveIdentifier.Invoices},
		} {
			if *one.given != 0 {
				*one.limit = *one.given
			}
		}
		return limits, s.Limits.SetContext(ctx, *limits)
	})
}

func (a *app) newLimitsSetSubject() *cobra.Command {
	var kind, file string
	var enrollments, certificates int
	cmd := &cobra.Command{
		Use:   "subject",
		Short: a.say.limitsSetSubjectShort(),
		Args:  a.noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var limits subjectLimits
			if file != "" {
				if err := a.readJSON(file, &limits); err != nil {
					return err
				}
			}
			if cmd.Flags().Changed("enrollments") {
				limits.Enrollments = &enrollments
			}
			if cmd.Flags().Changed("certificates") {
				limits.Certificates = &certificates
			}
			return a.setSubjectLimits(cmd.Context(), kind, limits)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&file, "file", "", a.say.limitsFileFlag("ksef limits subject --json"))
	a.numberVar(f, &enrollments, "enrollments", 0, noMost, a.say.enrollmentsFlag())
	a.numberVar(f, &certificates, "certificates", 0, noMost, a.say.certificatesFlag())
	f.StringVar(&kind, "type", "", a.say.subjectKindFlag())
	completeFlag(cmd, "type", subjectKinds())
	return cmd
}

// subjectKinds are the ways in which who is signed in may be known.
func subjectKinds() []string {
	return texts([]ksef.Kind{ksef.KindNIP, ksef.KindPESEL, ksef.KindFingerprint})
}

func (a *app) setSubjectLimits(ctx context.Context, kind string, limits subjectLimits) error {
	if limits == (subjectLimits{}) {
		return &usageError{a.say.nothingToSet(), ""}
	}
	known, err := optional[ksef.Kind](a, "type", kind, subjectKinds())
	if err != nil {
		return err
	}
	return a.changeLimits(ctx, func(ctx context.Context, s *signedIn) (any, error) {
		return limits, s.Limits.SetSubject(ctx, known, ksef.SubjectLimits(limits))
	})
}

type ratesOptions struct {
	file       string
	groups     []string
	production bool
}

func (a *app) newLimitsSetRates() *cobra.Command {
	var opts ratesOptions
	cmd := &cobra.Command{
		Use:   "rates",
		Short: a.say.limitsSetRatesShort(),
		Long:  a.say.limitsSetRatesLong(),
		Example: "  ksef limits set rates --group invoiceSend=20/60/360 --group other=20/60/240\n" +
			"  ksef limits set rates --production",
		Args: a.noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.setRates(cmd.Context(), opts) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringArrayVar(&opts.groups, "group", nil, a.say.rateGroupFlag())
	f.StringVar(&opts.file, "file", "", a.say.limitsFileFlag("ksef limits rates --json"))
	f.BoolVar(&opts.production, "production", false, a.say.productionRatesFlag())
	return cmd
}

func (a *app) setRates(ctx context.Context, opts ratesOptions) error {
	given := ksef.RateLimits{}
	switch {
	case opts.production && (opts.file != "" || len(opts.groups) > 0):
		return &usageError{a.say.productionAlone(), ""}
	case opts.production:
		return a.changeLimits(ctx, func(ctx context.Context, s *signedIn) (any, error) {
			return ksef.ProductionRates(), s.Limits.SetProductionRates(ctx)
		})
	case opts.file == "" && len(opts.groups) == 0:
		return &usageError{a.say.nothingToSet(), ""}
	case opts.file != "":
		if err := a.readJSON(opts.file, &given); err != nil {
			return err
		}
	}
	for _, text := range opts.groups {
		group, limit, err := a.rateLimit(text)
		if err != nil {
			return err
		}
		given[group] = limit
	}
	return a.changeLimits(ctx, func(ctx context.Context, s *signedIn) (any, error) {
		// KSeF wants all groups at once, and a number for each.
		now, err := s.Limits.Rates(ctx)
		if err != nil {
			return nil, err
		}
		limits := ksef.ProductionRates()
		for group, limit := range now {
			if limit.PerSecond > 0 && limit.PerMinute > 0 && limit.PerHour > 0 {
				limits[group] = limit
			}
		}
		maps.Copy(limits, given)
		return limits, s.Limits.SetRates(ctx, limits)
	})
}

// rateLimit reads a group and its limits: "invoiceSend=20/60/360".
func (a *app) rateLimit(text string) (ksef.RateGroup, ksef.RateLimit, error) {
	var none ksef.RateLimit
	wrong := func(want string) error { return a.notMeant("group", text, want) }
	name, numbers, _ := strings.Cut(text, "=")
	known := slices.Sorted(maps.Keys(ksef.ProductionRates()))
	if !slices.Contains(known, ksef.RateGroup(name)) {
		return "", none, wrong(a.say.wantOneOf(texts(known)))
	}
	var limits []int
	for part := range strings.SplitSeq(numbers, "/") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 1 {
			return "", none, wrong(a.say.wantRate(name))
		}
		limits = append(limits, n)
	}
	if len(limits) != 3 {
		return "", none, wrong(a.say.wantRate(name))
	}
	return ksef.RateGroup(name), ksef.RateLimit{PerSecond: limits[0], PerMinute: limits[1], PerHour: limits[2]}, nil
}

func (a *app) newLimitsReset() *cobra.Command {
	names := []string{"context", "subject", "rates"}
	return &cobra.Command{
		Use:       fmt.Sprintf("reset [%s]", strings.Join(names, " | ")),
		Short:     a.say.limitsResetShort(),
		ValidArgs: names,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 && !slices.Contains(names, args[0]) {
				return &usageError{a.say.unexpectedArgument(args[0]), a.say.wantOneOf(names)}
			}
			return a.atMostOneArg(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = names
			}
			return a.changeLimits(cmd.Context(), func(ctx context.Context, s *signedIn) (any, error) {
				reset := map[string]func(context.Context) error{
					"context": s.Limits.ResetContext, "subject": s.Limits.ResetSubject, "rates": s.Limits.ResetRates,
				}
				for _, name := range args {
					if err := reset[name](ctx); err != nil {
						return nil, err
					}
				}
				return ordered{{"reset", args}}, nil
			})
		},
	}
}
