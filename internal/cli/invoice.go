package cli

import (
	"context"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
)

func (a *app) newInvoice() *cobra.Command {
	return a.withProof(a.group("invoice", a.say.invoiceShort(),
		a.newInvoiceSend(),
		a.newInvoiceGet(),
		a.newInvoiceList(),
		a.newInvoiceExport(),
		a.newInvoiceSync(),
		a.newInvoiceSearch(),
		a.newInvoiceProve(),
		a.newInvoiceCheck(),
		a.newInvoiceLink(),
	))
}

type invoiceListOptions struct {
	filterFlags
	newest bool
	limit  int
}

func (a *app) newInvoiceList() *cobra.Command {
	var opts invoiceListOptions
	cmd := &cobra.Command{
		Use:   "list",
		Short: a.say.invoiceListShort(),
		Long:  a.say.invoiceListLong(),
		Example: "  ksef invoice list --role buyer --from 2026-02-01 --to 2026-02-28 --by issued\n" +
			"  ksef invoice list --currency EUR,USD --amount-from 1000 --json",
		Args: a.noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.listInvoices(cmd.Context(), opts) },
	}
	a.filterFlagsOf(cmd, &opts.filterFlags)
	cmd.Flags().BoolVar(&opts.newest, "newest", false, a.say.newestFlag())
	a.limitVar(cmd.Flags(), &opts.limit)
	return cmd
}

func (a *app) listInvoices(ctx context.Context, opts invoiceListOptions) error {
	filter, err := a.filter(opts.filterFlags)
	if err != nil {
		return err
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		q := &ksef.QueryOptions{Descending: opts.newest}
		return list(a, a.invoiceColumns(), first(opts.limit, s.Invoices.All(ctx, filter, q)))
	})
}

type invoiceGetOptions struct {
	out  string
	wait bool
}

func (a *app) newInvoiceGet() *cobra.Command {
	var opts invoiceGetOptions
	cmd := &cobra.Command{
		Use:   "get " + a.say.numbersPlaceholder(),
		Short: a.say.invoiceGetShort(),
		Long:  a.say.invoiceGetLong(),
		Example: "  ksef invoice get 5265877635-20250826-0100001AF629-AF > invoice.xml\n" +
			"  ksef invoice get --out invoices 5265877635-20250826-0100001AF629-AF …",
		Args: a.someArgs(a.say.aKSeFNumber),
		RunE: func(cmd *cobra.Command, args []string) error { return a.getInvoices(cmd.Context(), args, opts) },
	}
	cmd.Flags().StringVar(&opts.out, "out", "", a.say.outDirFlag())
	cmd.Flags().BoolVar(&opts.wait, "wait", false, a.say.storedWaitFlag())
	return cmd
}

// fetched is an invoice that was fetched.
type fetched struct {
	number   ksef.KSeFNumber
	file     string
	document []byte
}

func (a *app) getInvoices(ctx context.Context, args []string, opts invoiceGetOptions) error {
	numbers := make([]ksef.KSeFNumber, len(args))
	for i, text := range args {
		n, err := ksef.ParseKSeFNumber(text)
		if err != nil {
			return err
		}
		numbers[i] = n
	}
	if len(numbers) > 1 && opts.out == "" {
		return &usageError{a.say.severalNeedOut(), ""}
	}
	if opts.out != "" {
		if err := a.fault("out", opts.out, a.makeDir(opts.out)); err != nil {
			return err
		}
	}
	columns := []column[fetched]{
		{"ksefNumber", a.say.colKSeFNumber(), func(f fetched) any { return string(f.number) }},
		{"file", a.say.colFile(), func(f fetched) any { return f.file }},
		{"size", a.say.colSize(), func(f fetched) any { return len(f.document) }},
	}
	if opts.out == "" {
		columns[1] = column[fetched]{"document", "", func(f fetched) any { return string(f.document) }}
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		download := s.Invoices.Download
		if opts.wait {
			download = s.Invoices.DownloadWhenReady
		}
		if opts.out == "" && !a.flags.json {
			doc, err := download(ctx, numbers[0])
			if err != nil {
				return err
			}
			return a.writeFile(dash, doc, 0)
		}
		return list(a, columns, func(yield func(fetched, error) bool) {
			for _, n := range numbers {
				doc, err := download(ctx, n)
				one := fetched{n, filepath.Join(opts.out, string(n)+".xml"), doc}
				if err == nil && opts.out != "" {
					err = a.unwritten(opts.out, a.writeFile(one.file, doc, 0o644))
				}
				if !yield(one, err) || err != nil {
					return
				}
			}
		})
	})
}
