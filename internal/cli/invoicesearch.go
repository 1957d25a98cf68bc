package cli

import (
	"context"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/mirror"
)

type invoiceSearchOptions struct {
	role, by, from, to           string
	ksefNumber, number, party    string
	currency, text               string
	amount, amountFrom, amountTo string
	newest                       bool
	limit                        int
}

func (a *app) newInvoiceSearch() *cobra.Command {
	var o invoiceSearchOptions
	cmd := &cobra.Command{
		Use:   "search " + a.say.dirPlaceholder(),
		Short: a.say.invoiceSearchShort(),
		Long:  a.say.invoiceSearchLong(),
		Example: "  ksef invoice search invoices --text \"olej nap*\" --from 2026-02-01 --by issued\n" +
			"  ksef invoice search invoices --party 5265877635 --amount-from 1000 --json",
		Args: a.oneArg(a.say.aMirrorDir),
		RunE: func(cmd *cobra.Command, args []string) error { return a.searchInvoices(cmd.Context(), args[0], o) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	patternVar(f, &o.text, "text", a.say.searchTextFlag(), word, a.say.wantWord())
	patternVar(f, &o.party, "party", a.say.searchPartyFlag(), word, a.say.wantWord())
	a.textVar(f, &o.number, "number", 1, mostText, a.say.filterNumberFlag())
	parsedVar(f, &o.ksefNumber, "ksef-number", a.say.filterKSeFNumberFlag(), ksef.ParseKSeFNumber)
	f.StringVar(&o.role, "role", "", a.say.syncRoleFlag())
	f.StringVar(&o.from, "from", "", a.say.searchFromFlag())
	f.StringVar(&o.to, "to", "", a.say.searchToFlag())
	f.StringVar(&o.by, "by", "stored", a.say.byFlag())
	patternVar(f, &o.currency, "currency", a.say.searchCurrencyFlag(), currency, a.say.wantCurrency())
	f.StringVar(&o.amountFrom, "amount-from", "", a.say.filterAmountFromFlag())
	f.StringVar(&o.amountTo, "amount-to", "", a.say.filterAmountToFlag())
	f.StringVar(&o.amount, "amount", "gross", a.say.filterAmountFlag())
	f.BoolVar(&o.newest, "newest", false, a.say.newestFlag())
	a.limitVar(f, &o.limit)
	for flag, words := range map[string][]string{"role": mirrorRoles(), "by": {"stored", "issued", "entered"}, "amount": {"gross", "net", "vat"}} {
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
	return cmd
}

// word is what a text to look for has at least one of.
var word = regexp.MustCompile(`[\pL\pN]`)

// searchInvoices looks for invoices in a mirror, without KSeF.
func (a *app) searchInvoices(ctx context.Context, dir string, o invoiceSearchOptions) error {
	filter, err := a.mirrorFilter(o)
	if err != nil {
		return err
	}
	var columns []column[mirror.Invoice]
	for _, c := range a.invoiceColumns() {
		columns = append(columns, column[mirror.Invoice]{c.name, c.title, func(i mirror.Invoice) any { return c.value(i.InvoiceMetadata) }})
	}
	columns = append(columns, column[mirror.Invoice]{"file", a.say.colFile(), func(i mirror.Invoice) any { return i.Path }})
	return a.withMirror(dir, true, func(m *mirror.Mirror) error {
		return list(a, columns, m.Search(ctx, filter))
	})
}

// mirrorFilter reads the flags.
func (a *app) mirrorFilter(o invoiceSearchOptions) (f mirror.Filter, err error) {
	f = mirror.Filter{Number: o.number, Party: o.party, Text: o.text, Currency: o.currency, KSeFNumber: ksef.KSeFNumber(o.ksefNumber), Descending: o.newest, Limit: o.limit}
	for _, read := range []func() error{
		func() (err error) { f.Role, err = worded(a, "role", o.role, roleWords); return err },
		func() (err error) { f.By, err = worded(a, "by", o.by, dateWords); return err },
		func() (err error) { f.From, err = a.moment("from", o.from); return err },
		func() (err error) { f.To, err = a.moment("to", o.to); return err },
		func() (err error) {
			f.Amount, err = a.amountRange(filterFlags{amount: o.amount, amountFrom: o.amountFrom, amountTo: o.amountTo})
			return err
		},
	} {
		if err := read(); err != nil {
			return f, err
		}
	}
	if len(o.to) == len(time.DateOnly) && f.By != ksef.Issued { // a day is meant to its end
		f.To = f.To.AddDate(0, 0, 1).Add(-time.Microsecond)
	}
	return f, nil
}
