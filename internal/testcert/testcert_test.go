package testcert

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// subject returns the attributes of a subject in their order, "2.5.4.3=x".
func subject(cert *x509.Certificate) string {
	var parts []string
	for _, a := range cert.Subject.Names {
		parts = append(parts, a.Type.String()+"="+a.Value.(string))
	}
	return strings.Join(parts, ", ")
}

func TestShapes(t *testing.T) {
	for name, c := range map[string]struct {
		make func(*Options) (tls.Certificate, error)
		opts *Options
		want string
	}{
		"seal": {
			func(o *Options) (tls.Certificate, error) { return Seal("5261040828", o) }, nil,
			"2.5.4.10=Test Organisation, 2.5.4.97=VATPL-5261040828, 2.5.4.3=Test Organisation, 2.5.4.6=PL",
		},
		"named seal": {
			func(o *Options) (tls.Certificate, error) { return Seal("5261040828", o) }, &Options{ECDSA: true, Organization: "Żółw sp. z o.o."},
			"2.5.4.10=Żółw sp. z o.o., 2.5.4.97=VATPL-5261040828, 2.5.4.3=Żółw sp. z o.o., 2.5.4.6=PL",
		},
		"person by PESEL": {
			func(o *Options) (tls.Certificate, error) { return Person("88102341294", o) }, nil,
			"2.5.4.42=Test, 2.5.4.4=Person, 2.5.4.5=PNOPL-88102341294, 2.5.4.3=Test Person, 2.5.4.6=PL",
		},
		"named person by NIP": {
			func(o *Options) (tls.Certificate, error) { return Person("5261040828", o) }, &Options{ECDSA: true, GivenName: "Anna Maria", Surname: "Żak"},
			"2.5.4.42=Anna Maria, 2.5.4.4=Żak, 2.5.4.5=TINPL-5261040828, 2.5.4.3=Anna Maria Żak, 2.5.4.6=PL",
		},
		"Peppol": {
			func(o *Options) (tls.Certificate, error) { return Peppol("PPL123456", o) }, nil,
			"2.5.4.10=Test Organisation, 2.5.4.3=PPL123456, 2.5.4.6=PL",
		},
	} {
		t.Run(name, func(t *testing.T) {
			cert, err := c.make(c.opts)
			if err != nil {
				t.Fatal(err)
			}
			if got := subject(cert.Leaf); got != c.want {
				t.Errorf("subject\n%s, want\n%s", got, c.want)
			}
			switch key := cert.PrivateKey.(type) {
			case *rsa.PrivateKey:
				if c.opts != nil || key.N.BitLen() != 2048 || !key.PublicKey.Equal(cert.Leaf.PublicKey) {
					t.Errorf("RSA of %d bits", key.N.BitLen())
				}
			case *ecdsa.PrivateKey:
				if c.opts == nil || key.Curve.Params().Name != "P-256" || !key.PublicKey.Equal(cert.Leaf.PublicKey) {
					t.Errorf("ECDSA on %s", key.Curve.Params().Name)
				}
			}
			if err := cert.Leaf.CheckSignature(cert.Leaf.SignatureAlgorithm, cert.Leaf.RawTBSCertificate, cert.Leaf.Signature); err != nil {
				t.Error(err)
			}
			if cert.Leaf.IsCA || cert.Leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0 {
				t.Error("a certificate that may not sign documents")
			}
			if begin := time.Since(cert.Leaf.NotBefore).Round(time.Minute); begin != time.Hour {
				t.Errorf("valid since %v ago, want an hour", begin)
			}
			if end := cert.Leaf.NotBefore.AddDate(1, 0, 0); !cert.Leaf.NotAfter.Equal(end) {
				t.Errorf("valid until %v, want %v", cert.Leaf.NotAfter, end)
			}
		})
	}
}

func TestValidity(t *testing.T) {
	begin := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	end := begin.Add(time.Minute)
	cert, err := Seal("5261040828", &Options{ECDSA: true, NotBefore: begin, NotAfter: end})
	if err != nil {
		t.Fatal(err)
	}
	if !cert.Leaf.NotBefore.Equal(begin) || !cert.Leaf.NotAfter.Equal(end) {
		t.Errorf("valid from %v until %v", cert.Leaf.NotBefore, cert.Leaf.NotAfter)
	}
	if _, err := Seal("5261040828", &Options{ECDSA: true, NotAfter: end}); err == nil {
		t.Error("ends before it begins, and was made")
	}
}

func TestRefused(t *testing.T) {
	for _, nip := range []string{"", "526104082", "52610408281", "526104082x", "526-104-08-28", "５261040828"} {
		if _, err := Seal(nip, nil); err == nil {
			t.Errorf("made a seal for %q", nip)
		}
	}
	for _, number := range []string{"", "526104082", "881023412945", "PNOPL-88102341294"} {
		if _, err := Person(number, nil); err == nil {
			t.Errorf("made a person of %q", number)
		}
	}
	for _, id := range []string{"", "PPL12345", "PPL1234567", "XPL123456", "Ppl123456", "PPLX23456"} {
		if _, err := Peppol(id, nil); err == nil {
			t.Errorf("made a provider of %q", id)
		}
	}
}

// TestImports keeps the package light enough for package ksef.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Fields(string(out)); len(got) != 1 {
		t.Errorf("depends on more than the standard library: %v", got)
	}
}

func BenchmarkSeal(b *testing.B) {
	for name, ec := range map[string]bool{"RSA-2048": false, "P-256": true} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Seal("5261040828", &Options{ECDSA: ec}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
