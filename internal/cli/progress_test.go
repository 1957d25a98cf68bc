package cli

import (
	"strings"
	"testing"
	"time"
)

// A bar tells how far it is, at what rate and how long yet; elsewhere than on a
// terminal it says nothing.
func TestProgress(t *testing.T) {
	e, _, stderr := world(t, nil)
	a := &app{env: e}
	if b := a.progress("uploading", a.say.size); b != nil {
		t.Fatal("a bar without a terminal")
	}
	(*bar)(nil).set(1, 2)
	(*bar)(nil).done()

	e.stderrTTY = true
	now := time.Date(2026, 2, 1, 8, 0, 0, 0, time.UTC)
	e.now = func() time.Time { return now }
	if b := (&app{env: e, flags: globals{quiet: true}}).progress("x", a.say.size); b != nil {
		t.Fatal("a bar that nobody wants")
	}
	b := a.progress("uploading", a.say.size)
	for _, step := range []struct {
		after    time.Duration
		n, total int64
		want     string // "" when nothing is drawn
	}{
		{0, 1_000_000, 9_000_000, "uploading [##......................] 11% 1.0 MB"},
		{50 * time.Millisecond, 2_000_000, 9_000_000, ""},
		{950 * time.Millisecond, 3_000_000, 9_000_000, "uploading [########................] 33% 3.0 MB 2.0 MB/s 3s left"},
		{0, 9_000_000, 9_000_000, "uploading [########################] 100% 9.0 MB 8.0 MB/s"},
		{10 * time.Second, 2_000_000, 8_000_000, "uploading [######..................] 25% 2.0 MB"}, // another package: its own rate
		{time.Second, 4_000_000, 8_000_000, "uploading [############............] 50% 4.0 MB 2.0 MB/s 2s left"},
	} {
		now = now.Add(step.after)
		stderr.Reset()
		b.set(step.n, step.total)
		got, cut := strings.CutPrefix(stderr.String(), "\r\x1b[K\x1b[?7l")
		got, whole := strings.CutSuffix(got, "\x1b[?7h")
		if got != step.want || step.want != "" && !(cut && whole) {
			t.Errorf("%+v: %q", step, stderr)
		}
	}
	stderr.Reset()
	b.done()
	b.done()
	if stderr.String() != "\r\x1b[K" {
		t.Errorf("left %q behind", stderr)
	}
	if got := (&bar{app: &app{env: e, say: polish}, label: "wysyłanie", amount: polish.size}).line(1500, 0, 0); got != "wysyłanie 1,5 kB" {
		t.Errorf("of an unknown total: %q", got)
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1.0 kB", 99_940: "99.9 kB", 123_456: "123 kB", 999_600: "1.0 MB", 5_000_000_000: "5.0 GB", 7e15: "7000 TB"} {
		if got := english.size(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
