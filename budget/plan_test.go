package budget

import (
	"testing"
	"time"
)

func TestPlan(t *testing.T) {
	for _, test := range []struct {
		job  Job
		want string
	}{
		{Online(1), "1 invoice online: less than a second"},
		{Online(1400), "1,400 invoices online: 7 h 5 min, held back by invoiceSend (180 an hour)"},
		{Online(30), "30 invoices online: 2 s, held back by invoiceSend (10 a second)"},
		{Online(31), "31 invoices online: 1 min, held back by invoiceSend (30 a minute)"},
		{Batch(1400), "1,400 invoices in batches: less than a second"},
		{Batch(700_000), "700,000 invoices in batches: 3 h 5 min, held back by sessionInvoiceList (200 an hour)"},
		{Download(64), "64 invoices downloaded: 3 min 1 s, held back by invoiceDownload (16 a minute)"},
		{Query(5250), "metadata of 5,250 invoices: 1 h, held back by invoiceMetadata (20 an hour)"},
		{Export(10_000), "10,000 invoices exported: less than a second"},
		{Export(210_000), "210,000 invoices exported: 1 h, held back by invoiceExport (20 an hour)"},
		{Online(50_000), "50,000 invoices online: 11 d 14 h, held back by invoiceSend (180 an hour)"},
		{Job{Name: "nothing"}, "nothing: less than a second"},
	} {
		if got := Plan(test.job, nil).String(); got != test.want {
			t.Errorf("%s\nwant %s", got, test.want)
		}
	}
	job := Batch(1)
	job.Besides, job.Latency = 4*time.Minute, time.Second
	if f := Plan(job, nil); f.String() != "1 invoice in batches: 4 min 5 s" || f.Requests != 5 {
		t.Errorf("%v, %d requests", f, f.Requests)
	}
	if f := Plan(Online(100), Table{"other": {}}); f.Duration != 0 || f.Requests != 105 {
		t.Errorf("without limits it takes %v, %d requests", f.Duration, f.Requests)
	}
}

// A plan is what taking each request really takes.
func TestPlanIsExact(t *testing.T) {
	for _, limits := range []Limits{{2, 5, 9}, {1, -1, -1}, {-1, 3, 4}, {10, 30, 120}, {3, 3, 3}} {
		job := Job{Steps: []Step{{"a", 40}}}
		u, at := new(usage), int64(0)
		for n := range 40 {
			for wait := u.wait(at, limits); wait > 0; wait = u.wait(at, limits) {
				at += int64(wait)
				u.settle(at)
			}
			u.Open = append(u.Open, request{uint64(n), at})
			u.finish(uint64(n), at, 0, limits)
		}
		if f := Plan(job, Table{"a": limits}); f.Duration != time.Duration(at) {
			t.Errorf("%v: planned %v, took %v", limits, f.Duration, time.Duration(at))
		}
	}
}

func TestSpoken(t *testing.T) {
	for d, want := range map[time.Duration]string{
		999 * time.Millisecond: "less than a second", 1001 * time.Millisecond: "2 s", 59*time.Second + 1: "60 s", time.Minute: "1 min",
		time.Minute + 1: "1 min 1 s", time.Hour - 1: "60 min", 7*time.Hour + 46*time.Minute + 40*time.Second: "7 h 47 min", 25 * time.Hour: "1 d 1 h",
	} {
		if got := spoken(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
	for n, want := range map[int]string{0: "0 invoices", 1: "1 invoice", 999: "999 invoices", 1000: "1,000 invoices", 1234567: "1,234,567 invoices"} {
		if got := counted(n); got != want {
			t.Errorf("%d is %q", n, got)
		}
	}
}
