package xades

import (
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/judge"
)

var update = flag.Bool("update", false, "rewrite the golden files, with xmlsec1 where it makes them")

// xmlsecIDs tells xmlsec1 which attributes are ids.
func xmlsecIDs() (args []string) {
	for _, element := range []string{etsi + ":SignedProperties", dsig + ":KeyInfo", dsig + ":Object", "http://ksef.mf.gov.pl/auth/token/2.1:AuthTokenRequest"} {
		for _, attribute := range []string{"Id", "ID", "id"} {
			args = append(args, "--id-attr:"+attribute, element)
		}
	}
	return args
}

// xmlsecVerify has xmlsec1 verify a signature by the certificate.
func xmlsecVerify(xmlsec1, certificate string, doc []byte, dir string) error {
	file := filepath.Join(dir, "signed.xml")
	if err := os.WriteFile(file, doc, 0o600); err != nil {
		return err
	}
	args := append([]string{"--verify", "--enabled-key-data", "x509", "--trusted-pem", certificate, "--verification-gmt-time", "2027-01-01 00:00:00"}, append(xmlsecIDs(), file)...)
	if out, err := exec.Command(xmlsec1, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// xmlsecSign has xmlsec1 complete a template.
func xmlsecSign(xmlsec1, template, key, dir string) ([]byte, error) {
	file := filepath.Join(dir, "template.xml")
	if err := os.WriteFile(file, []byte(template), 0o600); err != nil {
		return nil, err
	}
	args := append([]string{"--sign", "--privkey-pem", key}, append(xmlsecIDs(), file)...)
	out, err := exec.Command(xmlsec1, args...).Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return nil, fmt.Errorf("%w: %s", err, exit.Stderr)
	}
	return out, err
}

// TestXMLSecSignatures has xmlsec1 sign every shape that it can, and verifies that. With -update, what
// it made replaces the vectors in testdata/xmlsec.
func TestXMLSecSignatures(t *testing.T) {
	xmlsec1 := judge.Program(t, "xmlsec1")
	dir := t.TempDir()
	for _, s := range shapes() {
		if s.foreign {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			signed, err := xmlsecSign(xmlsec1, certify(s.template, load(t, s.key)), "testdata/keys/"+s.key+".key", dir)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Verify(signed, nil)
			if err != nil {
				t.Fatalf("%v\n%s", err, signed)
			}
			checkAccepted(t, s, got)
			if *update {
				if err := os.WriteFile(s.file(), signed, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// file is where the signature of xmlsec1 is kept.
func (s shape) file() string {
	name := strings.ToLower(strings.NewReplacer(" ", "-", "#", "-").Replace(s.name))
	return filepath.Join("testdata", "xmlsec", strings.ReplaceAll(strings.TrimSuffix(name, "-"), "--", "-")+".xml")
}

// TestXMLSecVectors verifies what xmlsec1 made when it was at hand.
func TestXMLSecVectors(t *testing.T) {
	for _, s := range shapes() {
		if s.foreign {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			signed, err := os.ReadFile(s.file())
			if err != nil {
				t.Fatal(err)
			}
			got, err := Verify(signed, nil)
			if err != nil {
				t.Fatal(err)
			}
			checkAccepted(t, s, got)
		})
	}
}

// TestXMLSecVerifiesOurs has xmlsec1 judge what Sign makes, of every key and in every context.
func TestXMLSecVerifiesOurs(t *testing.T) {
	xmlsec1 := judge.Program(t, "xmlsec1")
	dir := t.TempDir()
	for _, key := range []string{"rsa", "p256", "p384", "p521", "issued"} {
		for _, v2 := range []bool{false, true} {
			for name, doc := range contexts {
				t.Run(fmt.Sprintf("%s v2=%v %s", key, v2, name), func(t *testing.T) {
					cert := load(t, key)
					anchor := "testdata/keys/" + key + ".pem"
					if key == "issued" {
						anchor = "testdata/keys/authority.pem"
						cert.Certificate = append(cert.Certificate, readCertificate(t, anchor))
					}
					signed, err := Sign([]byte(doc), cert, &SignOptions{SigningTime: at, SigningCertificateV2: v2})
					if err != nil {
						t.Fatal(err)
					}
					if err := xmlsecVerify(xmlsec1, anchor, signed, dir); err != nil {
						t.Errorf("%v\n%s", err, signed)
					}
				})
			}
		}
	}
}

func readCertificate(t testing.TB, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(b)
	return block.Bytes
}
