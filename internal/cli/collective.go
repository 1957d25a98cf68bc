package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
)

func (a *app) newCollective() *cobra.Command {
	return a.withProof(a.group("collective", a.say.collectiveShort(),
		a.newCollectiveCreate(),
		a.newCollectiveList(),
		a.newCollectiveInvoices(),
		a.newCollectiveOf(),
	))
}

func (a *app) newCollectiveCreate() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "create [" + a.say.ksefNumbersPlaceholder() + "]",
		Short: a.say.collectiveCreateShort(),
		Long:  a.say.collectiveCreateLong(),
		Example: "  ksef collective create 5261040828-20260801-010020A7B3C4-5E 5261040828-20260801-010020A7B3C5-B4\n" +
			"  ksef collective create --file invoices.csv",
		RunE: func(cmd *cobra.Command, args []string) error { return a.createCollective(cmd.Context(), args, file) },
	}
	cmd.Flags().StringVar(&file, "file", "", a.say.collectiveFileFlag())
	return cmd
}

func (a *app) createCollective(ctx context.Context, numbers []string, file string) error {
	invoices, err := a.collectiveInvoices(numbers, file)
	if err != nil {
		return err
	}
	if len(invoices) < 2 {
		return &usageError{a.say.wantTwoInvoices(), ""}
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		number, err := s.CollectiveIdentifiers.Create(ctx, invoices)
		switch {
		case errors.Is(err, ksef.ErrUnknown):
			return &hintedError{err, a.say.hintCollectiveUnknown(string(invoices[0].KSeFNumber))}
		case errors.Is(err, ksef.CodeNotCollectable):
			return &hintedError{err, a.say.hintNotCollectable()}
		case err != nil:
			return err
		}
		return show(a, []column[ksef.CollectiveIdentifier]{
			{"number", a.say.colCollective(), func(n ksef.CollectiveIdentifier) any { return string(n) }},
			{"invoices", a.say.colInvoices(), func(ksef.CollectiveIdentifier) any { return len(invoices) }},
		}, number)
	})
}

// collectiveInvoices are the invoices that arguments and a file name.
func (a *app) collectiveInvoices(numbers []string, file string) ([]ksef.CollectiveInvoice, error) {
	var invoices []ksef.CollectiveInvoice
	for _, text := range numbers {
		number, err := ksef.ParseKSeFNumber(text)
		if err != nil {
			return nil, err
		}
		invoices = append(invoices, ksef.CollectiveInvoice{KSeFNumber: number})
	}
	if file == "" {
		return invoices, nil
	}
	rows, err := a.readCSV(file, []string{"ksefNumber", "amount", "currency", "description"})
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		invoice, err := a.collectiveRow(row.cells)
		if err != nil {
			return nil, &usageError{fmt.Sprintf("%s:%d: %s", file, row.line, a.say.errorText(err)), ""}
		}
		invoices = append(invoices, invoice)
	}
	return invoices, nil
}

func (a *app) collectiveRow(cells map[string]string) (i ksef.CollectiveInvoice, err error) {
	i.Description = cells["description"]
	if i.KSeFNumber, err = ksef.ParseKSeFNumber(cells["ksefNumber"]); err != nil {
		return i, err
	}
	amount, currency := cells["amount"], cells["currency"]
	if (amount == "") != (currency == "") {
		return i, errors.New(a.say.amountAndCurrency())
	}
	if amount == "" {
		return i, nil
	}
	i.Payment = &ksef.Payment{Currency: currency}
	i.Payment.Amount, err = ksef.ParseDecimal(amount)
	return i, err
}

type collectiveListOptions struct {
	from, to, number string
	least, most      int
	own, others      bool
	limit            int
}

func (a *app) newCollectiveList() *cobra.Command {
	var opts collectiveListOptions
	cmd := &cobra.Command{
		Use:   "list",
		Short: a.say.collectiveListShort(),
		Args:  a.noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.listCollectives(cmd.Context(), opts) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&opts.from, "from", "", a.say.collectiveFromFlag())
	f.StringVar(&opts.to, "to", "", a.say.collectiveToFlag())
	parsedVar(f, &opts.number, "number", a.say.collectiveNumberFlag(), ksef.ParseCollectiveIdentifier)
	a.numberVar(f, &opts.least, "min-invoices", 1, noMost, a.say.minInvoicesFlag())
	a.numberVar(f, &opts.most, "max-invoices", 1, noMost, a.say.maxInvoicesFlag())
	f.BoolVar(&opts.own, "own", false, a.say.ownCollectivesFlag())
	f.BoolVar(&opts.others, "others", false, a.say.othersCollectivesFlag())
	a.limitVar(f, &opts.limit)
	return cmd
}

// collectiveSpan is how far back a list goes that nobody gave a beginning: as
// far as KSeF lets one query go.
const collectiveSpan = 100

func (a *app) listCollectives(ctx context.Context, opts collectiveListOptions) (err error) {
	q := ksef.CollectiveQuery{ListOptions: ksef.ListOptions{PageSize: 200}, MinInvoices: opts.least, MaxInvoices: opts.most, Number: ksef.CollectiveIdentifier(opts.number)}
	if q.From, err = a.moment("from", opts.from); err != nil {
		return err
	}
	if q.To, err = a.moment("to", opts.to); err != nil {
		return err
	}
	if opts.from == "" {
		end := q.To
		if end.IsZero() {
			end = a.now()
		}
		q.From = end.AddDate(0, 0, -collectiveSpan)
	}
	switch {
	case opts.own && opts.others:
		return &usageError{a.say.oneOfFlags([]string{"--own", "--others"}), ""}
	case opts.own || opts.others:
		q.Own = &opts.own
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		columns := append(a.collectiveColumns(), column[ksef.CollectiveInfo]{
			"invoices", a.say.colInvoices(), func(c ksef.CollectiveInfo) any { return c.Invoices },
		})
		return list(a, columns, first(opts.limit, s.CollectiveIdentifiers.All(ctx, q)))
	})
}

func (a *app) collectiveColumns() []column[ksef.CollectiveInfo] {
	return []column[ksef.CollectiveInfo]{
		{"number", a.say.colCollective(), func(c ksef.CollectiveInfo) any { return string(c.Number) }},
		{"created", a.say.colCreated(), func(c ksef.CollectiveInfo) any { return c.Created }},
		{"own", a.say.colOwn(), func(c ksef.CollectiveInfo) any { return c.Own }},
	}
}

func (a *app) newCollectiveInvoices() *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "invoices " + a.say.collectivesPlaceholder(),
		Short: a.say.collectiveInvoicesShort(),
		Args:  a.someArgs(a.say.aCollective),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.listCollected(cmd.Context(), args, limit)
		},
	}
	a.limitVar(cmd.Flags(), &limit)
	return cmd
}

func (a *app) listCollected(ctx context.Context, args []string, limit int) error {
	var numbers []ksef.CollectiveIdentifier
	for _, text := range args {
		number, err := ksef.ParseCollectiveIdentifier(text)
		if err != nil {
			return err
		}
		numbers = append(numbers, number)
	}
	type c = ksef.CollectedInvoice
	payment := func(i c) ksef.Payment {
		if i.Payment == nil {
			return ksef.Payment{}
		}
		return *i.Payment
	}
	columns := []column[c]{
		{"number", a.say.colCollective(), func(i c) any { return string(i.Identifier) }},
		{"ksefNumber", a.say.colKSeFNumber(), func(i c) any { return string(i.KSeFNumber) }},
		{"amount", a.say.colAmount(), func(i c) any { return string(payment(i).Amount) }},
		{"currency", a.say.colCurrency(), func(i c) any { return payment(i).Currency }},
		{"description", a.say.colDescription(), func(i c) any { return i.Description }},
		{"hidden", "", func(i c) any { return i.Hidden }},
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		return list(a, columns, first(limit, s.CollectiveIdentifiers.Invoices(ctx, numbers, &ksef.ListOptions{PageSize: 500})))
	})
}

func (a *app) newCollectiveOf() *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "of " + a.say.ksefNumberPlaceholder(),
		Short: a.say.collectiveOfShort(),
		Args:  a.oneArg(a.say.aKSeFNumber),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.listCollectivesOf(cmd.Context(), args[0], limit)
		},
	}
	a.limitVar(cmd.Flags(), &limit)
	return cmd
}

func (a *app) listCollectivesOf(ctx context.Context, text string, limit int) error {
	number, err := ksef.ParseKSeFNumber(text)
	if err != nil {
		return err
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		return list(a, a.collectiveColumns(), first(limit, s.CollectiveIdentifiers.ByInvoice(ctx, number, &ksef.ListOptions{PageSize: 200})))
	})
}
