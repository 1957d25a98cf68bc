package upo

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef/internal/checksum"
	"github.com/ksef-go/ksef/internal/judge"
	"github.com/ksef-go/ksef/xades"
)

// session is a page of a receipt of two documents, written as KSeF writes them: on one line.
const session = `<?xml version="1.0" encoding="utf-8"?><Potwierdzenie xmlns="http://upo.schematy.mf.gov.pl/KSeF/v4-3">` +
	`<NazwaPodmiotuPrzyjmujacego>Ministerstwo Finansów - środowisko testowe (TE)</NazwaPodmiotuPrzyjmujacego>` +
	`<NumerReferencyjnySesji>20261201-SB-3E82C21000-79A8625CF8-53</NumerReferencyjnySesji>` +
	`<Uwierzytelnienie><IdKontekstu><Nip>5265877635</Nip></IdKontekstu>` +
	`<NumerReferencyjnyTokenaKSeF>20261130-EC-1ECDD12000-5EE71AE5E3-B7</NumerReferencyjnyTokenaKSeF></Uwierzytelnienie>` +
	`<OpisPotwierdzenia><Strona>1</Strona><LiczbaStron>1</LiczbaStron><ZakresDokumentowOd>1</ZakresDokumentowOd>` +
	`<ZakresDokumentowDo>2</ZakresDokumentowDo><CalkowitaLiczbaDokumentow>2</CalkowitaLiczbaDokumentow></OpisPotwierdzenia>` +
	`<NazwaStrukturyLogicznej>Schemat_FA(3)_v1-0E.xsd</NazwaStrukturyLogicznej><KodFormularza>FA (3)</KodFormularza>` +
	first + second + `</Potwierdzenie>`

const (
	first = `<Dokument><NipSprzedawcy>5265877635</NipSprzedawcy><NumerKSeFDokumentu>5265877635-20261201-0200A0D6723E-A4</NumerKSeFDokumentu>` +
		`<NumerFaktury>FV/2026/12/1</NumerFaktury><DataWystawieniaFaktury>2026-12-01</DataWystawieniaFaktury>` +
		`<DataPrzeslaniaDokumentu>2026-12-01T11:05:40.841+01:00</DataPrzeslaniaDokumentu>` +
		`<DataNadaniaNumeruKSeF>2026-12-01T11:05:41.045+01:00</DataNadaniaNumeruKSeF>` +
		`<SkrotDokumentu>` + invoiceHash + `</SkrotDokumentu><TrybWysylki>Online</TrybWysylki></Dokument>`
	second = `<Dokument><NipSprzedawcy>5265877635</NipSprzedawcy><NumerKSeFDokumentu>5265877635-20261201-02000009FF3E-9D</NumerKSeFDokumentu>` +
		`<NumerFaktury>FV/2026/12/2</NumerFaktury><DataWystawieniaFaktury>2026-11-30</DataWystawieniaFaktury>` +
		`<DataPrzeslaniaDokumentu>2026-12-01T11:05:40.841+01:00</DataPrzeslaniaDokumentu>` +
		`<DataNadaniaNumeruKSeF>2026-12-01T11:05:41.145+01:00</DataNadaniaNumeruKSeF>` +
		`<SkrotDokumentu>kyqH+QUgP8ATWd/95IY632mP4uqibwG66Oqclq9+qno=</SkrotDokumentu><TrybWysylki>Offline</TrybWysylki></Dokument>`

	invoiceHash = "k3g7pBGS/VMse+/TJNreSKzzlqTMHBeOoG9jDmde46U=" // of testdata/invoice.xml
)

// change replaces what stands once in a document.
func change(t testing.TB, doc, old, new string) string {
	t.Helper()
	if n := strings.Count(doc, old); n != 1 {
		t.Fatalf("%q stands %d times in the document", old, n)
	}
	return strings.Replace(doc, old, new, 1)
}

// single is the receipt of one invoice.
func single(t testing.TB) string {
	from, to := strings.Index(session, "<OpisPotwierdzenia>"), strings.Index(session, "<NazwaStrukturyLogicznej>")
	return change(t, session[:from]+session[to:], second, "")
}

// many is a page with the given number of documents, each with this invoice number.
func many(t testing.TB, n int, invoice string) string {
	var b strings.Builder
	for i := range n {
		number := fmt.Sprintf("5265877635-20261201-0200%08X", i)
		hash := Hash(sha256.Sum256([]byte(number)))
		d := change(t, first, "5265877635-20261201-0200A0D6723E-A4", fmt.Sprintf("%s-%02X", number, checksum.CRC8(number)))
		d = change(t, d, invoiceHash, hash.String())
		b.WriteString(change(t, d, "FV/2026/12/1", invoice))
	}
	doc := change(t, session, first+second, b.String())
	doc = change(t, doc, "<ZakresDokumentowDo>2", fmt.Sprintf("<ZakresDokumentowDo>%d", n))
	return change(t, doc, "<CalkowitaLiczbaDokumentow>2", fmt.Sprintf("<CalkowitaLiczbaDokumentow>%d", n))
}

// signingTime is a moment after the documents of session were accepted.
var signingTime = time.Date(2026, 12, 1, 10, 5, 42, 0, time.UTC)

func sign(t testing.TB, doc string, cert tls.Certificate) []byte {
	t.Helper()
	signed, err := xades.Sign([]byte(doc), cert, &xades.SignOptions{SigningTime: signingTime})
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// throwaway is a signer whose key anybody can read.
func throwaway(t testing.TB) tls.Certificate {
	t.Helper()
	cert, err := tls.LoadX509KeyPair("testdata/throwaway.pem", "testdata/throwaway.key")
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// issuer is a certificate authority of a test.
type issuer struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// template is a certificate that is valid when the receipts are signed, and shaped like the ministry's:
// for e-mail and TLS clients.
func template(name, organization string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject: pkix.Name{CommonName: name, ExtraNames: []pkix.AttributeTypeAndValue{
			{Type: asn1.ObjectIdentifier{2, 5, 4, 97}, Value: organization},
		}},
		NotBefore: signingTime.AddDate(-1, 0, 0), NotAfter: signingTime.AddDate(1, 0, 0),
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection, x509.ExtKeyUsageClientAuth},
	}
}

// issue makes a certificate with a new key; a nil issuer signs itself.
func (i *issuer) issue(t testing.TB, template *x509.Certificate) *issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	parent, signer := template, key
	if i != nil {
		parent, signer = i.cert, i.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &issuer{cert, key}
}

// authority makes a certificate that may issue others.
func (i *issuer) authority(t testing.TB, name string) *issuer {
	t.Helper()
	return i.issue(t, &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: signingTime.AddDate(-2, 0, 0), NotAfter: signingTime.AddDate(10, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	})
}

// signer is the certificate for signing, alone as in the ministry's signatures.
func (i *issuer) signer() tls.Certificate {
	return tls.Certificate{Certificate: [][]byte{i.cert.Raw}, PrivateKey: i.key, Leaf: i.cert}
}

func pool(issuers ...*issuer) *x509.CertPool {
	p := x509.NewCertPool()
	for _, i := range issuers {
		p.AddCert(i.cert)
	}
	return p
}

// shared returns the path of something in the folder of the ministry's schemas and samples, which are not
// part of this module: $KSEF_SHARED, or ../shared beside the module.
func shared(t testing.TB, parts ...string) string {
	t.Helper()
	root := os.Getenv("KSEF_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "shared")
	}
	path := filepath.Join(append([]string{root}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		judge.Missing(t, "the ministry's files are not there: set KSEF_SHARED (%v)", err)
	}
	return path
}
