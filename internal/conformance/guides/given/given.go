// Package given is what the fragments of Go in READMEs and guides take for granted: a program around them, whose
// reader has logged in, has an invoice to send, and stops at the first error.
package given

import (
	"bytes"
	"context"
	"crypto"
	"crypto/tls"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
	"github.com/ksef-go/ksef/xades"
)

// Reader is who follows a document, in the shell that carries out its commands: the sandbox is where KSEF_BASE_URL
// says, he acts for KSEF_NIP, and the variables of the shell that fragments know are exported.
type Reader struct {
	Base     string               // KSEF_BASE_URL
	Password string               // of files, from the variable password
	Ref      ksef.ReferenceNumber // of a session, from the variable ref

	ctx   context.Context // of the fragment
	nip   ksef.NIP
	proof *tls.Certificate // made when first needed
	fresh []byte           // the invoice
}

// Run carries out the fragment that the command line names.
func Run(fragments map[string]func(context.Context, *Reader)) {
	fragment, ok := fragments[os.Args[1]]
	if !ok {
		panic("no fragment stands at " + os.Args[1])
	}
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	fragment(ctx, &Reader{
		Base:     os.Getenv("KSEF_BASE_URL"),
		Password: os.Getenv("password"),
		Ref:      ksef.ReferenceNumber(os.Getenv("ref")),
		ctx:      ctx,
		nip:      ksef.NIP(os.Getenv("KSEF_NIP")),
	})
}

// Check ends the program at an error; the trace says in which line of the document.
func Check(err error) {
	if err != nil {
		panic(err)
	}
}

// Client is a client of the sandbox.
func (r *Reader) Client() *ksef.Client {
	client, err := ksef.NewClient(ksef.Test, &ksef.Options{
		BaseURL:       r.Base,
		LighthouseURL: strings.TrimSuffix(r.Base, "/v2") + "/latarnia",
	})
	Check(err)
	return client
}

// Auth is logged in with a test certificate.
func (r *Reader) Auth() *ksef.AuthenticatedClient {
	auth, err := r.Client().Authentication.WithXAdES(r.ctx, r.nip, r.Seal(), nil)
	Check(err)
	return auth
}

// Token is a KSeF token.
func (r *Reader) Token() string {
	made, err := r.Auth().Tokens.Generate(r.ctx, "given to a guide", ksef.InvoiceRead, ksef.InvoiceWrite)
	Check(err)
	return made.Token
}

// Sign is whatever else signs documents.
func (r *Reader) Sign(document []byte) []byte {
	signed, err := xades.Sign(document, r.Seal(), nil)
	Check(err)
	return signed
}

// Seal is a test certificate with its key.
func (r *Reader) Seal() tls.Certificate {
	if r.proof == nil {
		proof, err := certs.NewTestSeal(string(r.nip), nil)
		Check(err)
		r.proof = &proof
	}
	return *r.proof
}

// SealPEM is that certificate as a file has it.
func (r *Reader) SealPEM() []byte {
	text, _, err := certs.EncodePEM(r.Seal(), "")
	Check(err)
	return text
}

// Card is its key, as if it were on a smart card.
func (r *Reader) Card() crypto.Signer { return r.Seal().PrivateKey.(crypto.Signer) }

// InvoiceXML is an invoice that KSeF has not got yet.
func (r *Reader) InvoiceXML() []byte {
	if r.fresh == nil {
		sample, err := os.ReadFile("docs/samples/invoice.xml")
		Check(err)
		number := fmt.Appendf(nil, "FV/2026/%d<", time.Now().UnixNano())
		r.fresh = bytes.Replace(sample, []byte("FV/2026/02/1<"), number, 1)
		if bytes.Equal(r.fresh, sample) {
			panic("the invoice of the guides has another number now")
		}
	}
	return r.fresh
}

// UPOXML is the receipt of that invoice.
func (r *Reader) UPOXML() []byte {
	session, err := r.Auth().OpenOnlineSession(r.ctx, nil)
	Check(err)
	sent, err := session.SendAndWait(r.ctx, r.InvoiceXML(), nil)
	Check(err)
	receipt, err := session.UPO(r.ctx, sent.ReferenceNumber)
	Check(err)
	Check(session.Close(r.ctx))
	return receipt
}
