package budget

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"
)

// Job is work as KSeF's limits see it: requests, one after the other.
type Job struct {
	Name  string // "1,400 invoices online"
	Steps []Step

	// Latency is how long a request takes until the next is sent. Zero says how
	// long the limits alone make the job take.
	Latency time.Duration

	// Besides is what passes without requests: uploads, and KSeF's own work.
	Besides time.Duration
}

// Step is a number of requests of one group.
type Step struct {
	Group    string
	Requests int
}

// What KSeF puts into one session, package or page at the most (ksef-docs
// limity/limity.md, pobieranie-faktur/pobieranie-faktur.md).
const (
	sessionInvoices = 10_000
	exportInvoices  = 10_000
	listedInvoices  = 1000
	pageInvoices    = 250
)

// Online is sending invoices one by one: opening, sending, closing, the session's
// status and receipt, and the list of what became of each.
func Online(invoices int) Job {
	return sending(invoices, "online", func(n int) []Step {
		return []Step{{"onlineSession", 1}, {"invoiceSend", n}, {"onlineSessionClose", 1}}
	})
}

// Batch is sending invoices in packages, whose parts are uploaded without limits.
func Batch(invoices int) Job {
	return sending(invoices, "in batches", func(int) []Step {
		return []Step{{"batchSession", 1}, {"batchSessionClose", 1}}
	})
}

func sending(invoices int, how string, session func(n int) []Step) Job {
	j := Job{Name: counted(invoices) + " " + how}
	for left := invoices; left > 0; left -= sessionInvoices {
		n := min(left, sessionInvoices)
		j.Steps = append(j.Steps, session(n)...)
		j.Steps = append(j.Steps, Step{"sessionMisc", 2}, Step{"sessionInvoiceList", pages(n, listedInvoices)})
	}
	return j
}

// Query is reading the metadata of invoices.
func Query(invoices int) Job {
	return Job{Name: "metadata of " + counted(invoices), Steps: []Step{{"invoiceMetadata", pages(invoices, pageInvoices)}}}
}

// Download is fetching invoices one by one, once their metadata have told which.
func Download(invoices int) Job {
	j := Query(invoices)
	j.Name = counted(invoices) + " downloaded"
	j.Steps = append(j.Steps, Step{"invoiceDownload", invoices})
	return j
}

// Export is fetching invoices in packages, whose parts are downloaded without
// limits. Each package is asked after ten times.
func Export(invoices int) Job {
	j := Job{Name: counted(invoices) + " exported"}
	for range pages(invoices, exportInvoices) {
		j.Steps = append(j.Steps, Step{"invoiceExport", 1}, Step{"invoiceExportStatus", 10})
	}
	return j
}

// pages is how many pages of a size there are, at least one.
func pages(n, size int) int { return max(1, (n+size-1)/size) }

// Forecast is what a job will take.
type Forecast struct {
	Job      Job
	Duration time.Duration // to the end of the last request
	Requests int

	// Group is what the job waits for longest, Limit its limit as a rate: "180 an
	// hour". Both are "" when it does not wait.
	Group, Limit string
}

// String returns the job, its duration and what holds it back.
func (f *Forecast) String() string {
	s := f.Job.Name + ": " + spoken(f.Duration)
	if f.Group != "" {
		s += ", held back by " + f.Group + " (" + f.Limit + ")"
	}
	return s
}

// Plan says what a job will take within the limits, when nothing has been requested
// yet and everything that is allowed is requested at once. It walks through all
// requests. A nil table means [Production].
func Plan(job Job, limits Table) *Forecast {
	if limits == nil {
		limits = Production()
	}
	return walk(job, limits, nil, 0)
}

// Plan is [Plan] for an account from now on: with the limits learnt, and with what
// has been requested already.
func (b *Budget) Plan(ctx context.Context, account string, job Job) (f *Forecast, err error) {
	err = b.store.update(ctx, account, func(a *ledger, now int64) bool {
		a.settle(now)
		f = walk(job, a.table(b.limits), a.Used, now)
		return false
	})
	if err != nil {
		return nil, fmt.Errorf("budget: %w", err)
	}
	return f, nil
}

// walk goes through the requests of a job.
func walk(job Job, limits Table, used map[string]*usage, now int64) *Forecast {
	f := &Forecast{Job: job}
	made := map[string]*series{}
	waited := time.Duration(0)
	at := now
	for _, step := range job.Steps {
		counter, l := limits.find(step.Group)
		s := made[counter]
		if s == nil {
			s = newSeries(l, used[counter], now)
			made[counter] = s
		}
		f.Requests += step.Requests
		for range step.Requests {
			at += int64(job.Latency) + int64(s.wait(at))
			s.times = append(s.times, at)
		}
		for w, d := range s.waited {
			if d > waited {
				waited, f.Group, f.Limit = d, counter, strconv.Itoa(*s.limits.most(window(w)))+" "+window(w).String()
			}
		}
	}
	f.Duration = time.Duration(at-now) + job.Besides
	return f
}

// series is the requests of one counter.
type series struct {
	limits  Limits
	blocked int64   // until when KSeF refuses
	times   []int64 // ascending
	waited  [windows]time.Duration
}

// newSeries begins with what was requested before.
func newSeries(l Limits, u *usage, now int64) *series {
	s := &series{limits: l, blocked: now}
	if u == nil {
		return s
	}
	s.limits, s.blocked = l.min(u.Lowered), u.RefusedAt+int64(u.RefusedFor)
	s.times = append(s.times, u.Ended...)
	for range u.Open { // they end now at the earliest
		s.times = append(s.times, now)
	}
	return s
}

// wait is how long the next request must wait at a time.
func (s *series) wait(at int64) time.Duration {
	wait, by := max(0, s.blocked-at), second // a refusal is told as the shortest
	for w := range windows {
		most := *s.limits.most(w)
		if most < 1 || len(s.times) < most {
			continue
		}
		if d := s.times[len(s.times)-most] + int64(w.length()) - at; d > wait {
			wait, by = d, w
		}
	}
	s.waited[by] += time.Duration(wait)
	return time.Duration(wait)
}

// counted is a number of invoices: "1,400 invoices".
func counted(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if n == 1 {
		return s + " invoice"
	}
	return s + " invoices"
}

// spoken is a duration in the two greatest of its units, rounded up.
func spoken(d time.Duration) string {
	const day = 24 * time.Hour
	unit := func(d, one time.Duration, name string, part time.Duration, partName string) string {
		d = (d + part - 1) / part * part
		s := fmt.Sprintf("%d %s", d/one, name)
		if rest := d % one / part; rest > 0 {
			s += fmt.Sprintf(" %d %s", rest, partName)
		}
		return s
	}
	switch {
	case d < time.Second:
		return "less than a second"
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(math.Ceil(d.Seconds())))
	case d < time.Hour:
		return unit(d, time.Minute, "min", time.Second, "s")
	case d < day:
		return unit(d, time.Hour, "h", time.Minute, "min")
	}
	return unit(d, day, "d", time.Hour, "h")
}
