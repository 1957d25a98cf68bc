package qr_test

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/judge"
	"github.com/ksef-go/ksef/qr"
)

const number = "5265877635-20250826-0100001AF629-AF"

func symbols(t testing.TB) map[string]*qr.Symbol {
	t.Helper()
	out := map[string]*qr.Symbol{}
	add := func(url string, s *qr.Symbol, err error) {
		if err != nil {
			t.Fatal(err)
		}
		out[url+" "+s.Caption()] = s
	}
	link, err := qr.Parse(exampleInvoice)
	if err != nil {
		t.Fatal(err)
	}
	for _, caption := range []string{number, ""} {
		s, err := link.(*qr.InvoiceLink).Symbol(caption)
		add(exampleInvoice, s, err)
	}
	link, err = qr.Parse(exampleOffline)
	if err != nil {
		t.Fatal(err)
	}
	s, err := link.(*qr.CertificateLink).Symbol()
	add(exampleOffline, s, err)
	return out
}

func TestCaptions(t *testing.T) {
	all := symbols(t)
	for _, want := range []string{exampleInvoice + " " + number, exampleInvoice + " OFFLINE", exampleOffline + " CERTYFIKAT"} {
		if all[want] == nil {
			t.Errorf("no symbol %q", want)
		}
	}
	for _, caption := range []string{"Offline", "ŻÓŁW", "A_B", "<A>"} {
		if _, err := qr.NewSymbol(exampleInvoice, caption); !errors.Is(err, qr.ErrCaption) {
			t.Errorf("%q: %v", caption, err)
		}
	}
	if _, err := qr.NewSymbol(strings.Repeat("x", 3000), ""); err == nil {
		t.Error("3000 bytes went into a symbol")
	}
	if _, err := (&qr.InvoiceLink{}).Symbol(""); err == nil {
		t.Error("a symbol of nothing")
	}
}

// The image is what Black tells, with white around it and the caption below.
func TestImage(t *testing.T) {
	for url, s := range symbols(t) {
		for _, module := range []int{1, 3, 8} {
			raw, err := s.PNG(&qr.ImageOptions{ModuleSize: module})
			if err != nil {
				t.Fatal(err)
			}
			img, err := png.Decode(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			black := func(x, y int) bool { r, _, _, _ := img.At(x, y).RGBA(); return r == 0 }
			side := (s.Size() + 8) * module
			left := (img.Bounds().Dx() - side) / 2
			if left < 0 {
				t.Fatalf("%s: image of %v", url, img.Bounds())
			}
			for y := range side {
				for x := range img.Bounds().Dx() {
					mx, my := (x-left)/module-4, y/module-4
					inside := x >= left && mx >= 0 && my >= 0 && mx < s.Size() && my < s.Size()
					if black(x, y) != (inside && s.Black(mx, my)) {
						t.Fatalf("%s: at (%d, %d) of %v, modules of %d", url, x, y, img.Bounds(), module)
					}
				}
			}
			dots := 0
			for y := side; y < img.Bounds().Dy(); y++ {
				for x := range img.Bounds().Dx() {
					if black(x, y) {
						dots++
						if x == 0 || x == img.Bounds().Dx()-1 || y == img.Bounds().Dy()-1 {
							t.Fatalf("%s: the caption touches the edge", url)
						}
					}
				}
			}
			if dots == 0 {
				t.Errorf("%s: no caption", url)
			}
			again, err := s.PNG(&qr.ImageOptions{ModuleSize: module})
			if err != nil || !bytes.Equal(again, raw) {
				t.Errorf("%s: another image the second time: %v", url, err)
			}
		}
		for _, module := range []int{-1, 65} {
			if _, err := s.PNG(&qr.ImageOptions{ModuleSize: module}); err == nil {
				t.Errorf("an image with modules of %d pixels", module)
			}
			if _, err := s.SVG(&qr.ImageOptions{ModuleSize: module}); err == nil {
				t.Errorf("a picture with modules of %d pixels", module)
			}
		}
	}
	bare, err := qr.NewSymbol(exampleInvoice, "")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := bare.PNG(nil)
	if err != nil {
		t.Fatal(err)
	}
	if img, err := png.DecodeConfig(bytes.NewReader(raw)); err != nil || img.Width != img.Height || img.Width != 8*(bare.Size()+8) {
		t.Errorf("without a caption the image is %d × %d, %v", img.Width, img.Height, err)
	}
}

// Every letter is drawn as it is read: the dots of two letters differ, and a known one is itself.
func TestLetters(t *testing.T) {
	seen := map[string]byte{}
	for c := byte('-'); c <= 'Z'; c++ {
		if c > '-' && c < '0' || c > '9' && c < 'A' {
			continue
		}
		s, err := qr.NewSymbol("x", string(c))
		if err != nil {
			t.Fatal(err)
		}
		raw, err := s.PNG(&qr.ImageOptions{ModuleSize: 4})
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		var dots strings.Builder
		left := (img.Bounds().Dx() - 5) / 2
		for y := range 7 {
			for x := range 5 {
				if r, _, _, _ := img.At(left+x, (s.Size()+8)*4+y).RGBA(); r == 0 {
					dots.WriteByte('#')
				} else {
					dots.WriteByte('.')
				}
			}
			dots.WriteByte('\n')
		}
		if before, ok := seen[dots.String()]; ok {
			t.Errorf("%c looks as %c does", c, before)
		}
		seen[dots.String()] = c
	}
	if seen["####.\n#...#\n#...#\n####.\n#.#..\n#..#.\n#...#\n"] != 'R' {
		t.Error("R is not drawn as an R")
	}
}

func TestSVG(t *testing.T) {
	for url, s := range symbols(t) {
		raw, err := s.SVG(nil)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(raw), ">"+s.Caption()+"</text>") {
			t.Errorf("%s: no caption in %s", url, raw)
		}
		// As many modules are filled as are black.
		black := 0
		for y := range s.Size() {
			for x := range s.Size() {
				if s.Black(x, y) {
					black++
				}
			}
		}
		filled := 0
		_, path, _ := strings.Cut(string(raw), ` d="`)
		path, _, _ = strings.Cut(path, `"`)
		for _, run := range strings.Split(strings.TrimSuffix(path, "z"), "z") {
			var x, y, n, back int
			if _, err := fmt.Sscanf(run, "M%d %dh%dv1H%d", &x, &y, &n, &back); err != nil || back != x {
				t.Fatalf("%s: %q: %v", url, run, err)
			}
			for i := range n {
				if !s.Black(x-4+i, y-4) {
					t.Fatalf("%s: %q fills a white module", url, run)
				}
			}
			filled += n
		}
		if filled != black {
			t.Errorf("%s: %d modules are filled, %d are black", url, filled, black)
		}
	}
}

// Others read what we draw.
func TestSymbolsAreRead(t *testing.T) {
	dir := t.TempDir()
	for url, s := range symbols(t) {
		link, _, _ := strings.Cut(url, " ")
		for _, module := range []int{0, 2, 5} {
			raw, err := s.PNG(&qr.ImageOptions{ModuleSize: module})
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "symbol.png")
			if err := os.WriteFile(path, raw, 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(judge.Program(t, "zbarimg"), "--quiet", "--raw", path).Output()
			if err != nil || strings.TrimSpace(string(out)) != link {
				t.Errorf("%s, modules of %d pixels: zbarimg read %q, %v", url, module, out, err)
			}
		}
	}
}

func TestSVGIsXML(t *testing.T) {
	for url, s := range symbols(t) {
		raw, err := s.SVG(nil)
		if err != nil {
			t.Fatal(err)
		}
		c := exec.Command(judge.Program(t, "xmllint"), "--noout", "-")
		c.Stdin = bytes.NewReader(raw)
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%s: xmllint: %v: %s", url, err, out)
		}
	}
}
