package mirror_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/mirror"
	"github.com/ksef-go/ksef/sandbox"
)

// A mirror is filled, filled up, and asked for nothing that is not new.
func TestSync(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	w.store(100, w.Now().AddDate(0, 0, -100))
	w.store(200, w.Now().Add(-time.Hour))
	m := w.open()
	report := w.sync(m)
	counted, kept := 0, 0
	for _, win := range report.Windows {
		counted += win.Counted
		kept += win.New
	}
	if kept != 300 || counted < kept {
		t.Errorf("counted %d, kept %d", counted, kept)
	}
	w.complete(m)
	state, err := m.State(t.Context())
	if through := state.Through(ksef.Buyer); err != nil || through.Before(w.Now().Add(-time.Minute)) {
		t.Errorf("through %v, %v", through, err)
	}
	if files := filesIn(t, w.dir); len(files) != 300 || !strings.HasPrefix(files[0], filepath.Join(w.dir, "purchases", "20")) {
		t.Errorf("%d files, the first is %s", len(files), files[0])
	}

	before := len(w.Requests())
	if report := w.sync(m); len(report.Windows) > 4 {
		t.Errorf("%+v", report)
	}
	if n := len(w.Requests()) - before; n != 4 {
		t.Errorf("%d requests with nothing new", n)
	}

	w.Advance(48 * time.Hour)
	w.store(30, w.Now().Add(-time.Hour))
	w.sync(m)
	w.complete(m)

	// It goes on in another process.
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	w.Advance(time.Hour)
	w.store(30, w.Now().Add(-time.Minute))
	m = w.open()
	if _, err := m.Sync(t.Context(), w.auth, nil); err != nil {
		t.Fatal(err)
	}
	w.complete(m)
	if left, err := filepath.Glob(filepath.Join(w.dir, ".mirror", "incoming", "*", "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// A first Sync that fails has said where to begin; a later one that says otherwise
// misses nothing.
func TestSyncBegins(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	w.store(30, w.Now().Add(-time.Hour))
	m := w.open()
	if _, err := m.Sync(t.Context(), w.auth, nil); !errors.Is(err, ksef.ErrNoBeginning) {
		t.Fatalf("%v, want %v", err, ksef.ErrNoBeginning)
	}
	w.Inject(sandbox.Fault{Route: "POST /invoices/query/metadata", Status: 400, Times: 1})
	opts := w.from()
	if _, err := m.Sync(t.Context(), w.auth, opts); err == nil {
		t.Fatal("the first did not fail")
	}
	if _, err := m.Sync(t.Context(), w.auth, &mirror.SyncOptions{Roles: []ksef.Role{ksef.Seller}, From: w.Now()}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Sync(t.Context(), w.auth, nil); err != nil {
		t.Fatal(err)
	}
	w.complete(m)
	p, err := m.Prove(t.Context(), w.auth, nil)
	if err != nil || len(p.Roles) != 4 || !p.Roles[0].From.Equal(opts.From) {
		t.Errorf("proof %+v, %v", p, err)
	}
}

// An invoice in which the taxpayer has two parts is one file.
func TestTwoRoles(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	w.store(3, w.Now().Add(-time.Hour))
	w.sellToThemselves()
	m := w.open()
	w.sync(m)
	w.complete(m)
	n := 0
	for i, err := range m.Search(t.Context(), mirror.Filter{Number: "self"}) {
		if n++; err != nil || !slices.Equal(i.Roles, []ksef.Role{ksef.Seller, ksef.Buyer}) {
			t.Errorf("%v, %v", i.Roles, err)
		}
	}
	if n != 1 {
		t.Errorf("%d invoices", n)
	}
}

// Verify and Prove name what is wrong, and Sync heals nothing silently.
func TestDifferences(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	w.store(30, w.Now().Add(-time.Hour))
	m := w.open()
	w.sync(m)
	files := filesIn(t, w.dir)
	gone, changed, extra := files[0], files[1], filepath.Join(filepath.Dir(files[2]), "notes.txt")
	copied := filepath.Join(w.dir, filepath.Base(files[3]))
	for _, err := range []error{
		os.Remove(gone), os.WriteFile(changed, []byte("<Faktura/>"), 0o600), os.WriteFile(extra, nil, 0o600), os.WriteFile(copied, nil, 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	w.store(5, w.Now().Add(-time.Minute)) // behind the mark: KSeF would not
	want := []string{"file missing: " + gone, "file damaged: " + changed, "extra file: " + extra, "extra file: " + copied}
	v, err := m.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	demand(t, v.Differences, want)

	p, err := m.Prove(t.Context(), w.auth, nil)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i := range w.Invoices() {
		if n++; n > 30 {
			role := ksef.Seller
			if n%3 == 0 {
				role = ksef.Buyer
			}
			want = append(want, "missing here: "+string(i.KSeFNumber)+" as "+string(role))
		}
	}
	demand(t, p.Differences, want)
	if len(p.Roles) != 4 || p.Roles[0].There != 24 || p.Roles[0].Here != 20 {
		t.Errorf("%+v", p.Roles)
	}

	for n, is := range map[string]error{filepath.Base(gone): mirror.ErrDamaged, filepath.Base(changed): mirror.ErrDamaged, "none": mirror.ErrNotFound} {
		if _, _, err := m.Get(t.Context(), ksef.KSeFNumber(strings.TrimSuffix(n, ".xml"))); !errors.Is(err, is) {
			t.Errorf("%s: %v", n, err)
		}
	}
}

// What KSeF has lost, or has differently.
func TestDifferencesThere(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	w.store(3, w.Now().Add(-time.Hour))
	m := w.open()
	w.sync(m)
	until := w.Now()
	w.Reset()
	auth := w.login(someNIP)
	p, err := m.Prove(t.Context(), auth, &mirror.Period{To: until, Roles: []ksef.Role{ksef.Seller}})
	if err != nil || len(p.Differences) != 2 || p.Differences[0].Kind != mirror.MissingThere || p.Roles[0].There != 0 || p.Roles[0].Here != 2 {
		t.Errorf("%+v, %v", p, err)
	}
}

func demand(t *testing.T, got []mirror.Difference, want []string) {
	t.Helper()
	var texts []string
	for _, d := range got {
		texts = append(texts, d.String())
	}
	slices.Sort(texts)
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(texts, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(texts, "\n"), strings.Join(want, "\n"))
	}
}

// One writer at a time, one taxpayer, and no mirror where none should begin.
func TestRefusals(t *testing.T) {
	w := newWorld(t, sandbox.Options{})
	w.store(3, w.Now().Add(-time.Hour))
	if _, err := mirror.Open(w.dir, &mirror.Options{MustExist: true}); !errors.Is(err, mirror.ErrNoMirror) {
		t.Errorf("opened: %v", err)
	}
	if _, err := os.Stat(w.dir); err == nil {
		t.Error("looking for a mirror began one")
	}
	m := w.open()
	if _, err := m.Sync(t.Context(), w.auth, nil); err == nil {
		t.Error("began nowhere")
	}
	opts := w.from()
	opts.Progress = func(ksef.PackageProgress) {
		if _, err := m.Sync(t.Context(), w.auth, nil); !errors.Is(err, mirror.ErrLocked) {
			t.Errorf("two writers: %v", err)
		}
	}
	if _, err := m.Sync(t.Context(), w.auth, opts); err != nil {
		t.Fatal(err)
	}
	w.complete(m)
	other := w.login(otherNIP)
	if _, err := m.Sync(t.Context(), other, nil); !errors.Is(err, mirror.ErrTaxpayer) {
		t.Errorf("another taxpayer: %v", err)
	}
	if _, err := m.Prove(t.Context(), other, nil); !errors.Is(err, mirror.ErrTaxpayer) {
		t.Errorf("another taxpayer: %v", err)
	}
}
