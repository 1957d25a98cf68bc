package sandbox

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/seal"
)

// paper is an invoice FA(3) in the making; its zero fields have defaults that make it valid on the harness's day.
type paper struct {
	seller, buyer string
	number        string
	issued        string
	kind          string
	made          string // DataWytworzeniaFa
	extra         string // after Fa: an attachment; before Fa: see before
	before        string // between Podmiot2 and Fa
	selfInvoiced  bool
	padding       int // bytes of a comment
	rows          int // beside the first
}

const attachment = `<Zalacznik><BlokDanych><MetaDane><ZKlucz>meter</ZKlucz><ZWartosc>42</ZWartosc></MetaDane></BlokDanych></Zalacznik>`

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func (p paper) bytes() []byte {
	self := "2"
	if p.selfInvoiced {
		self = "1"
	}
	comment := ""
	if p.padding > 0 {
		comment = "<!--" + strings.Repeat(" ", p.padding) + "-->"
	}
	var rows strings.Builder
	for i := range p.rows {
		fmt.Fprintf(&rows, "\n<FaWiersz><NrWierszaFa>%d</NrWierszaFa><P_7>Oś młyńska, dębowa, średnica %d cm</P_7><P_8A>szt.</P_8A>"+
			"<P_8B>%d</P_8B><P_9A>%d.25</P_9A><P_11>%d.50</P_11><P_12>23</P_12></FaWiersz>", i+2, 20+i, i+1, 100+i, 500+i)
	}
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>
<Faktura xmlns="http://crd.gov.pl/wzor/2025/06/25/13775/">
<Naglowek><KodFormularza kodSystemowy="FA (3)" wersjaSchemy="1-0E">FA</KodFormularza><WariantFormularza>3</WariantFormularza>` +
		`<DataWytworzeniaFa>` + or(p.made, "2026-03-14T08:00:00Z") + `</DataWytworzeniaFa></Naglowek>
<Podmiot1><DaneIdentyfikacyjne><NIP>` + or(p.seller, nipA) + `</NIP><Nazwa>Warsztat pod Lipą</Nazwa></DaneIdentyfikacyjne>` +
		`<Adres><KodKraju>PL</KodKraju><AdresL1>ul. Lipowa 3</AdresL1></Adres></Podmiot1>
<Podmiot2><DaneIdentyfikacyjne><NIP>` + or(p.buyer, nipB) + `</NIP><Nazwa>Młyn nad Rzeką</Nazwa></DaneIdentyfikacyjne><JST>2</JST><GV>2</GV></Podmiot2>
` + p.before + `<Fa><KodWaluty>PLN</KodWaluty><P_1>` + or(p.issued, "2026-03-14") + `</P_1><P_2>` + or(p.number, "FV/1/2026") + `</P_2>` +
		`<P_13_1>100</P_13_1><P_14_1>23</P_14_1><P_15>123</P_15><Adnotacje><P_16>2</P_16><P_17>` + self + `</P_17><P_18>2</P_18><P_18A>2</P_18A>` +
		`<Zwolnienie><P_19N>1</P_19N></Zwolnienie><NoweSrodkiTransportu><P_22N>1</P_22N></NoweSrodkiTransportu><P_23>2</P_23><PMarzy><P_PMarzyN>1</P_PMarzyN></PMarzy></Adnotacje>` +
		`<RodzajFaktury>` + or(p.kind, "VAT") + `</RodzajFaktury><FaWiersz><NrWierszaFa>1</NrWierszaFa><P_7>Koło młyńskie</P_7><P_8A>szt.</P_8A><P_8B>1</P_8B><P_9A>100.00</P_9A><P_11>100</P_11><P_12>23</P_12></FaWiersz>` + rows.String() + `</Fa>
` + p.extra + comment + `</Faktura>`)
}

var fa3 = map[string]any{"systemCode": "FA (3)", "schemaVersion": "1-0E", "value": "FA"}

// box is a session of sending as its sender sees it.
type box struct {
	login
	key       seal.Key
	reference string
}

// symmetricKey returns the key for wrapping keys, and its id.
func (h *harness) symmetricKey() (*rsa.PublicKey, string) {
	h.t.Helper()
	var keys []struct {
		Certificate []byte
		PublicKeyID string
		Usage       []string
	}
	h.send("GET", "/security/public-key-certificates", nil).want(200).decode(&keys)
	for _, k := range keys {
		if k.Usage[0] == symmetricEncryption {
			cert, err := x509.ParseCertificate(k.Certificate)
			if err != nil {
				h.t.Fatal(err)
			}
			return cert.PublicKey.(*rsa.PublicKey), k.PublicKeyID
		}
	}
	h.t.Fatal("no key")
	return nil, ""
}

// encryption hands over a new key.
func (h *harness) encryption() (seal.Key, map[string]any) {
	h.t.Helper()
	key, err := seal.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	public, id := h.symmetricKey()
	wrapped, err := key.Wrap(public)
	if err != nil {
		h.t.Fatal(err)
	}
	return key, map[string]any{"encryptedSymmetricKey": wrapped, "initializationVector": key.IV(), "publicKeyId": id}
}

// open opens an online session.
func (l login) open() box { return l.openForm(fa3) }

func (l login) openForm(form map[string]any) box {
	l.t.Helper()
	key, encryption := l.harness.encryption()
	r := l.send("POST", "/sessions/online", map[string]any{"formCode": form, "encryption": encryption}).want(201)
	return box{l, key, r.text("referenceNumber")}
}

// envelope is the request that hands an invoice in.
func (b box) envelope(doc []byte, more ...any) map[string]any {
	sealed, d := b.key.Seal(nil, doc)
	m := map[string]any{
		"invoiceHash": d.Plain.Hash, "invoiceSize": d.Plain.Size,
		"encryptedInvoiceHash": d.Sealed.Hash, "encryptedInvoiceSize": d.Sealed.Size, "encryptedInvoiceContent": sealed,
	}
	for i := 0; i < len(more); i += 2 {
		m[more[i].(string)] = more[i+1]
	}
	return m
}

func (b box) path(rest string) string { return "/sessions/online/" + b.reference + rest }

// post hands an invoice in.
func (b box) post(doc []byte, more ...any) *reply {
	b.t.Helper()
	return b.send("POST", b.path("/invoices"), b.envelope(doc, more...))
}

// sent hands an invoice in and returns its reference number.
func (b box) sent(doc []byte, more ...any) string {
	b.t.Helper()
	return b.post(doc, more...).want(202).text("referenceNumber")
}

func (b box) invoice(reference string) *reply {
	b.t.Helper()
	return b.send("GET", "/sessions/"+b.reference+"/invoices/"+reference, nil).want(200)
}

// fate sends an invoice, waits and returns what became of it.
func (b box) fate(code int, doc []byte, more ...any) *reply {
	b.t.Helper()
	reference := b.sent(doc, more...)
	b.invoice(reference).is("status.code", 100)
	return b.invoice(reference).is("status.code", code)
}

func (b box) status() *reply {
	b.t.Helper()
	return b.send("GET", "/sessions/"+b.reference, nil).want(200)
}

func (b box) close() {
	b.t.Helper()
	b.send("POST", b.path("/close"), nil).want(204)
}

// raw sends a request to an address outside the API.
func (h *harness) raw(method, url string, body []byte, headers ...string) *reply {
	h.t.Helper()
	r := httptest.NewRequest(method, url, strings.NewReader(string(body)))
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.contract.ServeHTTP(w, r)
	return &reply{h.t, w.Code, w.Header(), w.Body.Bytes()}
}

// hashed demands the header with the hash of the body.
func (r *reply) hashed() *reply {
	r.t.Helper()
	sum := sha256.Sum256(r.body)
	if got, want := r.header.Get("X-Ms-Meta-Hash"), base64.StdEncoding.EncodeToString(sum[:]); got != want {
		r.t.Errorf("x-ms-meta-hash is %q, want %q", got, want)
	}
	return r
}

// detail demands a text in a detail of a status.
func (r *reply) detail(text string) *reply {
	r.t.Helper()
	if !strings.Contains(fmt.Sprint(r.at("status.details")), text) {
		r.t.Errorf("details %v lack %q", r.at("status.details"), text)
	}
	return r
}

func sender(t testing.TB, opts *Options) login {
	t.Helper()
	return newHarness(t, opts).login(nipA, sealFor(t, nipA))
}
