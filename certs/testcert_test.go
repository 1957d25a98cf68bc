package certs

import (
	"crypto/tls"
	"strings"
	"testing"
	"time"
)

// TestNewTest makes each shape; TestOpenSSLReads has them survive files.
func TestNewTest(t *testing.T) {
	expired := &TestOptions{ECDSA: true, NotBefore: time.Now().AddDate(-2, 0, 0)}
	for name, make := range map[string]func() (tls.Certificate, error){
		"seal":         func() (tls.Certificate, error) { return NewTestSeal("5261040828", nil) },
		"person":       func() (tls.Certificate, error) { return NewTestPerson("88102341294", &TestOptions{ECDSA: true}) },
		"Peppol":       func() (tls.Certificate, error) { return NewTestPeppol("PPL123456", &TestOptions{ECDSA: true}) },
		"expired seal": func() (tls.Certificate, error) { return NewTestSeal("5261040828", expired) },
	} {
		t.Run(name, func(t *testing.T) {
			want, err := make()
			if err != nil {
				t.Fatal(err)
			}
			wantPair(t, want, 1)
		})
	}
	for _, make := range []func(string, *TestOptions) (tls.Certificate, error){NewTestSeal, NewTestPerson, NewTestPeppol} {
		if _, err := make("nobody", nil); err == nil || !strings.HasPrefix(err.Error(), "certs: ") {
			t.Errorf("a certificate for nobody: %v", err)
		}
	}
}
