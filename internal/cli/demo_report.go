package cli

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ksef-go/ksef/sandbox"
)

// report writes the demonstration, a line a step, for windows of 80 columns and
// more. It measures and counts; what the steps are about it does not know.
type report struct {
	*app
	server *sandbox.Server
	began  time.Time
	steps  int
	seen   int // requests the sandbox had seen before this step
}

func (r *report) begin() {
	r.began = r.now()
	fmt.Fprintln(r.stdout, r.paint(r.stdoutTTY, bold, r.say.demoTitle()))
	fmt.Fprintln(r.stdout, r.paint(r.stdoutTTY, dim, r.say.demoSubtitle()))
}

// step does s and writes how it went.
func (r *report) step(ctx context.Context, s step) error {
	began := r.now()
	out, err := s.do(ctx)
	took := r.say.duration(r.now().Sub(began))
	r.steps++
	mark, style := r.mark("✓", "ok"), green
	if err != nil {
		mark, style = r.mark("✗", "!!"), red
	}
	fmt.Fprintf(r.stdout, "  %s %-44s %-36s %s\n", r.paint(r.stdoutTTY, style, mark), s.title, out.result,
		r.paint(r.stdoutTTY, dim, fmt.Sprintf("%8s", took)))
	if out.quote != "" {
		for _, line := range folded(`"`+out.quote+`"`, 93) {
			fmt.Fprintf(r.stdout, "       %s\n", r.paint(r.stdoutTTY, dim, line))
		}
	}
	r.requests()
	return err
}

// folded breaks a text between words into lines of at most that many columns,
// unless a word is longer.
func folded(text string, columns int) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && utf8.RuneCountInString(line+" "+word) > columns {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return append(lines, line)
}

// mark is a sign for terminals, which know it, or a word for files.
func (r *report) mark(sign, word string) string {
	if r.stdoutTTY {
		return sign
	}
	return word
}

// requests lists what the step sent, when asked to be verbose.
func (r *report) requests() {
	all := r.server.Requests()
	if r.flags.verbose {
		for _, q := range all[r.seen:] {
			fmt.Fprintf(r.stdout, "       %s\n", r.paint(r.stdoutTTY, dim, fmt.Sprintf("%d %s", q.Status, q.Route)))
		}
	}
	r.seen = len(all)
}

func (r *report) end() {
	fmt.Fprintf(r.stdout, "\n%s\n", r.paint(r.stdoutTTY, bold, r.say.demoSummary(r.steps, r.seen, r.now().Sub(r.began))))
}

// demonstrated is a step that was done, for programs.
type demonstrated struct {
	chapter, step string
	outcome
	took time.Duration
	err  error
}

// demonstrate does all steps until one fails and writes them as JSON.
func (a *app) demonstrate(ctx context.Context, chapters []chapter) error {
	return list(a, []column[demonstrated]{
		{"chapter", "", func(d demonstrated) any { return d.chapter }},
		{"step", "", func(d demonstrated) any { return d.step }},
		{"ok", "", func(d demonstrated) any { return d.err == nil }},
		{"result", "", func(d demonstrated) any { return d.result }},
		{"quote", "", func(d demonstrated) any { return d.quote }},
		{"milliseconds", "", func(d demonstrated) any { return d.took.Milliseconds() }},
	}, func(yield func(demonstrated, error) bool) {
		for _, c := range chapters {
			for _, s := range c.steps {
				began := a.now()
				out, err := s.do(ctx)
				if !yield(demonstrated{c.title, s.title, out, a.now().Sub(began), err}, nil) {
					return
				}
				if err != nil {
					yield(demonstrated{}, fmt.Errorf("%s: %w", s.title, err))
					return
				}
			}
		}
	})
}
