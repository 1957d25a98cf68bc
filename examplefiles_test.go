package ksef_test

import (
	"log"
	"os"
	"path/filepath"

	"github.com/ksef-go/ksef/certs"
	"github.com/ksef-go/ksef/xades"
)

// madeUpFiles writes a test certificate and its encrypted key into a temporary
// folder.
func madeUpFiles() string {
	dir, err := os.MkdirTemp("", "ksef")
	if err != nil {
		log.Fatal(err)
	}
	cert, err := certs.NewTestSeal("5261040828", nil)
	if err != nil {
		log.Fatal(err)
	}
	certPEM, keyPEM, err := certs.EncodePEM(cert, "secret")
	if err != nil {
		log.Fatal(err)
	}
	for name, content := range map[string][]byte{"company.pem": certPEM, "company.key": keyPEM} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			log.Fatal(err)
		}
	}
	return dir
}

func signedElsewhere(document []byte) []byte {
	cert, err := certs.NewTestSeal("5261040828", nil)
	if err != nil {
		log.Fatal(err)
	}
	signed, err := xades.Sign(document, cert, nil)
	if err != nil {
		log.Fatal(err)
	}
	return signed
}
