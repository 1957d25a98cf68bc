package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkStart measures a whole run of `ksef version`, from starting the
// process to its end, beside one of a Go program that does nothing. It fails
// when the fastest run takes more than the 15 ms that were promised.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	source := filepath.Join(dir, "nothing.go")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	for _, bench := range []struct{ name, target string }{
		{"nothing", source},
		{"version", "github.com/ksef-go/ksef/cmd/ksef"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			program := filepath.Join(dir, bench.name+".exe")
			if out, err := exec.Command("go", "build", "-o", program, bench.target).CombinedOutput(); err != nil {
				b.Fatalf("%v\n%s", err, out)
			}
			fastest := time.Hour
			for b.Loop() {
				began := time.Now()
				if err := exec.Command(program, "version").Run(); err != nil {
					b.Fatal(err)
				}
				fastest = min(fastest, time.Since(began))
			}
			b.ReportMetric(float64(fastest.Microseconds())/1000, "ms-fastest")
			if fastest > 15*time.Millisecond {
				b.Errorf("the fastest run took %v", fastest)
			}
		})
	}
}
