package certs_test

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/ksef-go/ksef/certs"
)

func ExampleNewTestSeal() {
	seal, err := certs.NewTestSeal("5261040828", &certs.TestOptions{Organization: "Acme sp. z o.o."})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(seal.Leaf.Subject.CommonName, seal.Leaf.PublicKeyAlgorithm)
	// Output: Acme sp. z o.o. RSA
}

func ExampleNewTestPerson() {
	person, err := certs.NewTestPerson("88102341294", &certs.TestOptions{ECDSA: true, GivenName: "Anna", Surname: "Nowak"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(person.Leaf.Subject.CommonName, person.Leaf.Subject.SerialNumber)
	// Output: Anna Nowak PNOPL-88102341294
}

// A certificate and its encrypted key, in two files.
func ExampleLoadPEM() {
	dir, err := os.MkdirTemp("", "certs")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	certFile, keyFile := filepath.Join(dir, "seal.pem"), filepath.Join(dir, "seal.key")

	seal, err := certs.NewTestSeal("5261040828", &certs.TestOptions{ECDSA: true})
	if err != nil {
		log.Fatal(err)
	}
	certPEM, keyPEM, err := certs.EncodePEM(seal, "secret")
	if err != nil {
		log.Fatal(err)
	}
	err = errors.Join(os.WriteFile(certFile, certPEM, 0o644), os.WriteFile(keyFile, keyPEM, 0o600))
	if err != nil {
		log.Fatal(err)
	}

	_, err = certs.LoadPEM(certFile, keyFile, "")
	fmt.Println("without password:", errors.Is(err, certs.ErrPasswordRequired))
	_, err = certs.LoadPEM(certFile, keyFile, "guess")
	fmt.Println("wrong password:", errors.Is(err, certs.ErrPassword))
	cert, err := certs.LoadPEM(certFile, keyFile, "secret")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(cert.Leaf.Subject.CommonName)
	// Output:
	// without password: true
	// wrong password: true
	// Test Organisation
}

// A certificate with its key as they come from a certificate authority or a
// browser.
func ExampleLoadP12() {
	cert, err := certs.LoadP12("testdata/throwaway-java.p12", "changeit")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(cert.Leaf.Subject.CommonName, len(cert.Certificate))
	// Output: java 1
}

func ExampleFingerprint() {
	cert, err := certs.LoadPEM("testdata/throwaway-ec-pkcs8-scrypt.pem", "", "Zażółć gęślą jaźń")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(certs.Fingerprint(cert.Leaf)))
	// Output: 64
}

// A .p12 for a program that takes nothing else.
func ExampleEncodeP12() {
	cert, err := certs.NewTestSeal("5261040828", nil)
	if err != nil {
		log.Fatal(err)
	}
	archive, err := certs.EncodeP12(cert, "secret")
	if err != nil {
		log.Fatal(err)
	}
	again, err := certs.ParseP12(archive, "secret")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(again.Leaf.Equal(cert.Leaf))
	_, err = certs.ParseP12(archive, "wrong")
	fmt.Println(errors.Is(err, certs.ErrPassword))
	// Output:
	// true
	// true
}
