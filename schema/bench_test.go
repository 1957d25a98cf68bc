package schema

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef/internal/judge"
)

// BenchmarkValidate measures the ministry's samples of FA(3), each validated
// in turn, against libxml2's C interface on the same files in the same run.
func BenchmarkValidate(b *testing.B) {
	docs := samples(b, "fa3")
	b.Run("ksef", func(b *testing.B) { validateAll(b, docs) })
	b.Run("ksef/rules", func(b *testing.B) {
		b.SetBytes(total(docs))
		for b.Loop() {
			for _, doc := range docs {
				ValidateBytes(doc, FA3, &Options{Rules: &Rules{}})
			}
		}
	})
	b.Run("libxml2", func(b *testing.B) {
		program := libxml2(b)
		x := newXMLLint(b)
		args := []string{"0.3", filepath.Join(x.schemas, schemaFiles[FA3])}
		files, _ := filepath.Glob(filepath.Join(shared(b, "samples", "fa3"), "*.xml"))
		// In turns, and the best of each: other work on the machine must not
		// fall on one of them alone.
		best := map[string]float64{}
		for range 5 {
			for _, how := range []string{"dom", "stream"} {
				out, err := exec.Command(program, append(append([]string{how}, args...), files...)...).Output()
				var size, seconds float64
				if _, scanErr := fmt.Sscan(string(out), &size, &seconds); err != nil || scanErr != nil {
					b.Fatalf("libxml2 %s: %v, %v", how, err, scanErr)
				}
				best[how] = max(best[how], size/seconds/1e6)
			}
			size, start := int64(0), time.Now()
			for time.Since(start) < 300*time.Millisecond {
				for _, doc := range docs {
					ValidateBytes(doc, FA3, nil)
				}
				size += total(docs)
			}
			best["ksef"] = max(best["ksef"], float64(size)/time.Since(start).Seconds()/1e6)
		}
		for how, rate := range best {
			b.ReportMetric(rate, how+"-MB/s")
		}
		b.ReportMetric(best["ksef"]/max(best["dom"], best["stream"]), "times-libxml2")
		b.ReportMetric(0, "ns/op")
	})
}

func validateAll(b *testing.B, docs [][]byte) {
	b.SetBytes(total(docs))
	b.ReportAllocs()
	for b.Loop() {
		for _, doc := range docs {
			if r := ValidateBytes(doc, FA3, nil); !r.Valid() {
				b.Fatal(r.Err())
			}
		}
	}
}

func total(docs [][]byte) (n int64) {
	for _, doc := range docs {
		n += int64(len(doc))
	}
	return n
}

// libxml2 builds the baseline.
func libxml2(b *testing.B) string {
	b.Helper()
	program := filepath.Join(b.TempDir(), "libxml2")
	build := exec.Command(judge.Program(b, "cc"), "-O2", "-o", program, filepath.Join("testdata", "libxml2.c"), "-I/usr/include/libxml2", "-lxml2")
	if out, err := build.CombinedOutput(); err != nil {
		judge.Missing(b, "libxml2-dev is not installed: %v\n%s", err, out)
	}
	return program
}

// manyRows is an invoice of FA(3) with n rows.
func manyRows(tb testing.TB, n int) []byte {
	tb.Helper()
	doc, err := os.ReadFile(filepath.Join("testdata", "valid.xml"))
	if err != nil {
		tb.Fatal(err)
	}
	before, rest, _ := bytes.Cut(doc, []byte("<FaWiersz>"))
	_, after, _ := bytes.Cut(rest, []byte("</FaWiersz>"))
	var b bytes.Buffer
	b.Write(before)
	for i := range n {
		fmt.Fprintf(&b, "<FaWiersz>\n\t\t\t<NrWierszaFa>%d</NrWierszaFa>\n\t\t\t<P_7>Śruba M%d &amp; nakrętka</P_7>\n\t\t\t<P_8A>szt.</P_8A>\n"+
			"\t\t\t<P_8B>%d</P_8B>\n\t\t\t<P_9A>1.23</P_9A>\n\t\t\t<P_11>%d.23</P_11>\n\t\t\t<P_12>23</P_12>\n\t\t</FaWiersz>\n\t\t", i+1, i%20, i%7+1, i)
	}
	b.Write(after)
	return b.Bytes()
}

// BenchmarkStream measures the largest invoice that a schema allows, from a
// reader.
func BenchmarkStream(b *testing.B) {
	doc := manyRows(b, 10_000)
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		r, err := Validate(bytes.NewReader(doc), FA3, nil)
		if err != nil || !r.Valid() {
			b.Fatal(err, r.Err())
		}
	}
}

// BenchmarkFirst measures a validator's first document: with nothing pooled,
// how long until a schema is ready. The tables are data of the program, so
// there is nothing to load.
func BenchmarkFirst(b *testing.B) {
	for _, form := range Forms() {
		doc := []byte(fmt.Sprintf("<%s xmlns=%q/>", form.Root(), form.Namespace()))
		b.Run(strings.ReplaceAll(form.String(), " ", "-"), func(b *testing.B) {
			for b.Loop() {
				v := new(validator)
				v.begin(nil, doc, form, &Options{})
				v.run()
				if v.report.Violations[0].Code == CodeForm {
					b.Fatal(v.report.Violations)
				}
			}
		})
	}
}

// TestAllocations makes sure that what a validation allocates does not depend
// on how many elements there are.
func TestAllocations(t *testing.T) {
	if racing {
		t.Skip("the race detector makes sync.Pool forget at random")
	}
	few, many := manyRows(t, 100), manyRows(t, 4000)
	for name, options := range map[string]*Options{"schema": nil, "rules": {Rules: &Rules{}}} {
		count := func(doc []byte) float64 {
			return testing.AllocsPerRun(20, func() {
				if r := ValidateBytes(doc, FA3, options); !r.Valid() {
					t.Fatal(r.Err())
				}
			})
		}
		count(many) // fill the pool
		if a, b := count(few), count(many); b > a || a > 12 {
			t.Errorf("%s: %v allocations for 100 rows, %v for 4000", name, a, b)
		}
		stream := func(doc []byte) float64 {
			return testing.AllocsPerRun(20, func() {
				if r, err := Validate(bytes.NewReader(doc), FA3, options); err != nil || !r.Valid() {
					t.Fatal(err, r.Err())
				}
			})
		}
		if a, b := stream(few), stream(many); b > a || a > 12 {
			t.Errorf("%s: %v allocations for 100 rows from a reader, %v for 4000", name, a, b)
		}
	}
}
