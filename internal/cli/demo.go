package cli

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/sandbox"
)

func (a *app) newDemo() *cobra.Command {
	var full bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: a.say.demoShort(),
		Long:  a.say.demoLong(),
		Args:  a.noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), full) },
	}
	cmd.Flags().BoolVar(&full, "full", false, a.say.demoFullFlag())
	return cmd
}

// demo is a taxpayer at work with a KSeF of their own. Steps leave in it what
// later ones go on with.
type demo struct {
	say    language
	server *sandbox.Server
	client *ksef.Client
	dir    string // for key files; removed at the end
	nip    ksef.NIP

	seal  *ksef.AuthenticatedClient // signed in with the test certificate
	files *ksef.AuthenticatedClient // signed in with the PEM files
	token string                    // secret: the KSeF token

	issued  time.Time // of all invoices
	session *ksef.OnlineSession
	sent    *ksef.SessionInvoice
	batched *ksef.BatchSession
	buyer   *ksef.AuthenticatedClient
}

// chapter is a part of the demonstration under a heading of its own. What the
// client learns to do next is another chapter.
type chapter struct {
	title string
	steps []step
}

// step is one thing done, in the words of the field. It has real work to do and
// fails unless that went as it should, also where it should be refused.
type step struct {
	title string
	do    func(context.Context) (outcome, error)
}

// outcome is what there is to show for a step.
type outcome struct {
	result string // the essence: a reference number, a date
	quote  string // KSeF's own words, where it refused
}

// chapters are what everybody does with KSeF and, in full, what is left.
func (d *demo) chapters(full bool) []chapter {
	chapters := []chapter{
		d.authentication(),
		d.sessions(),
		d.mistakes(),
		d.online(),
		d.batch(),
		d.receiving(),
	}
	if !full {
		return chapters
	}
	scope := d.client.TestData.Scoped()
	return append(chapters,
		d.office(),
		d.units(scope),
		d.certificates(),
		d.offline(),
		d.attachments(scope),
		d.peppol(),
		d.collective(),
		d.limits(),
		d.lighthouse(),
		d.cleaning(scope),
	)
}

// demo runs the steps one after another and stops at the first that fails.
func (a *app) demo(ctx context.Context, full bool) (err error) {
	dir, err := os.MkdirTemp(a.tempDir, "ksef-demo-")
	if err != nil {
		return err
	}
	defer func() {
		if gone := os.RemoveAll(dir); err == nil {
			err = gone
		}
	}()
	server := sandbox.New(&sandbox.Options{Now: a.now, StorageLag: -1}) // what was accepted can be received at once
	d := &demo{
		say:    a.say,
		server: server,
		client: server.Client(&ksef.Options{
			// It is next door: no reason to be as patient as with the ministry.
			Poll: &ksef.Backoff{Min: time.Millisecond, Max: 100 * time.Millisecond, Factor: 2},
		}),
		dir:    dir,
		nip:    "5261040828",
		issued: a.now(),
	}
	if a.flags.json {
		return a.demonstrate(ctx, d.chapters(full))
	}
	r := &report{app: a, server: server}
	r.begin()
	for _, c := range d.chapters(full) {
		r.heading(c.title)
		for _, s := range c.steps {
			if err := r.step(ctx, s); err != nil {
				return fmt.Errorf("%s: %w", s.title, err)
			}
		}
	}
	r.end()
	return nil
}
