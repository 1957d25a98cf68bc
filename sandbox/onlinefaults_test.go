package sandbox

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/seal"
)

func TestOpenOnlineRefused(t *testing.T) {
	l := sender(t, nil)
	_, encryption := l.encryption()
	with := func(name string, value any) map[string]any {
		m := map[string]any{}
		for k, v := range encryption {
			m[k] = v
		}
		m[name] = value
		return m
	}
	_, tokenKeyID := l.publicKey(tokenEncryption)
	for _, test := range []struct {
		name   string
		body   any
		code   int
		detail string
	}{
		{"unknown form", map[string]any{"formCode": map[string]any{"systemCode": "FA (9)", "schemaVersion": "1-0E", "value": "FA"}, "encryption": encryption}, 21405, "Wskazany kod formularza nie jest wspierany."},
		{"wrong version", map[string]any{"formCode": map[string]any{"systemCode": "FA_RR (1)", "schemaVersion": "1-0E", "value": "RR"}, "encryption": encryption}, 21405, "Wskazany kod formularza nie jest wspierany."},
		{"Peppol form", map[string]any{"formCode": map[string]any{"systemCode": "PEF (3)", "schemaVersion": "2-1", "value": "PEF"}, "encryption": encryption}, 21405, "Wskazany kod formularza nie jest wspierany."},
		{"no form", map[string]any{"encryption": encryption}, 21405, "'formCode' must not be empty."},
		{"no encryption", map[string]any{"formCode": fa3}, 21405, "'encryption' must not be empty."},
		{"no key", map[string]any{"formCode": fa3, "encryption": with("encryptedSymmetricKey", nil)}, 21405, "encryptedSymmetricKey"},
		{"short IV", map[string]any{"formCode": fa3, "encryption": with("initializationVector", "AAAA")}, 21405, "must be 16 bytes"},
		{"short key id", map[string]any{"formCode": fa3, "encryption": with("publicKeyId", "AAAA")}, 21405, "publicKeyId"},
		{"unknown key", map[string]any{"formCode": fa3, "encryption": with("publicKeyId", strings.Repeat("A", 43)+"=")}, 21470, "nie jest wspierany."},
		{"key of tokens", map[string]any{"formCode": fa3, "encryption": with("publicKeyId", tokenKeyID)}, 21470, tokenKeyID},
		{"not Base64", map[string]any{"formCode": fa3, "encryption": with("encryptedSymmetricKey", "?")}, 21001, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			l.harness.sloppy().send("POST", "/sessions/online", test.body).refused(test.code, test.detail)
		})
	}
	t.Run("permission", func(t *testing.T) {
		l.send("POST", "/testdata/permissions", permissions(identifier{"Nip", nipA}, identifier{"Nip", nipB}, "InvoiceRead")).want(200)
		other := l.anonymous().login(nipA, sealFor(t, nipB))
		other.send("POST", "/sessions/online", map[string]any{"formCode": fa3, "encryption": encryption}).want(403).is("reasonCode", "missing-permissions")
		other.send("GET", "/sessions?sessionType=Online", nil).want(403)
		other.send("GET", "/sessions/20260314-SO-0000000000-0000000000-00", nil).want(403)
	})
	t.Run("a withdrawn key", func(t *testing.T) {
		_, encryption := l.encryption()
		if err := l.RotateKeys(0); err != nil {
			t.Fatal(err)
		}
		l.send("POST", "/sessions/online", map[string]any{"formCode": fa3, "encryption": encryption}).refused(21470)
		l.open()
	})
}

// anonymous is a harness of the same server that presents no token.
func (h *harness) anonymous() *harness {
	c := *h
	c.headers = nil
	return &c
}

func TestSendRefused(t *testing.T) {
	b := sender(t, nil).open()
	doc := paper{}.bytes()
	for _, test := range []struct {
		name   string
		more   []any
		code   int
		detail string
	}{
		{"size of the sealed", []any{"encryptedInvoiceSize", 17}, 21402, "Długość treści nie zgadza się z rozmiarem pliku."},
		{"hash of the sealed", []any{"encryptedInvoiceHash", digest(doc)}, 21403, "Skrót treści nie zgadza się ze skrótem pliku."},
		{"no size", []any{"invoiceSize", 0}, 21405, "'invoiceSize' must be greater than or equal to '1'."},
		{"no hash", []any{"invoiceHash", ""}, 21405, "'invoiceHash' must not be empty."},
		{"bad hash", []any{"invoiceHash", strings.Repeat("?", 44)}, 21405, "'invoiceHash' is not in the correct format."},
		{"no content", []any{"encryptedInvoiceContent", ""}, 21405, "encryptedInvoiceContent"},
		{"content is no Base64", []any{"encryptedInvoiceContent", "?"}, 21001, ""},
		{"correction online", []any{"hashOfCorrectedInvoice", digest(doc)}, 21405, "offlineMode"},
		{"correction of a bad hash", []any{"offlineMode", true, "hashOfCorrectedInvoice", "x"}, 21405, "hashOfCorrectedInvoice"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b.harness.sloppy().send("POST", b.path("/invoices"), b.envelope(doc, test.more...)).refused(test.code, test.detail)
		})
	}
	t.Run("unknown session", func(t *testing.T) {
		lost := b
		lost.reference = "20260314-SO-0000000000-0000000000-00"
		lost.post(doc).refused(21173, "nie została odnaleziona.")
		lost.send("POST", lost.path("/close"), nil).refused(21173, "nie została odnaleziona.")
		lost.send("GET", "/sessions/"+lost.reference, nil).refused(21173, "nie została znaleziona.")
		lost.send("GET", "/sessions/"+lost.reference+"/invoices", nil).refused(21173, "nie została znaleziona.")
		lost.reference = "short"
		lost.harness.sloppy().send("GET", "/sessions/short", nil).refused(21405)
	})
	t.Run("closed", func(t *testing.T) {
		other := b.open()
		other.sent(doc)
		other.close()
		other.post(doc).refused(21180, "Status sesji 170 uniemożliwia wysyłkę faktur.")
		other.send("POST", other.path("/close"), nil).refused(21180, "Status sesji 170 uniemożliwia jej zamknięcie.")
	})
	if b.status().is("invoiceCount", nil); t.Failed() {
		t.Error("a refused invoice counts")
	}
}

func TestSessionIsFull(t *testing.T) {
	l := sender(t, nil)
	limits := defaultLimits()
	limits.online.invoices = 2
	l.state.contextLimits[identifier{ksef.KindNIP, nipA}] = limits
	b := l.open()
	b.sent(paper{number: "1"}.bytes())
	b.sent([]byte("rejected ones count, too"))
	b.post(paper{number: "3"}.bytes()).refused(21155, "Sesja o numerze referencyjnym "+b.reference+" osiągnęła dozwolony limit liczby faktur 2.")
}

// What can become of an invoice.
func TestInvoiceRejected(t *testing.T) {
	h := newHarness(t, nil)
	l := h.login(nipA, sealFor(t, nipA))
	b := l.open()
	sealed, d := b.key.Seal(nil, paper{}.bytes())
	crossed, dx := sealedForAnother(t, b.key, paper{}.bytes())
	for _, test := range []struct {
		name   string
		doc    []byte
		more   []any
		code   int
		detail string
	}{
		{"padding", paper{}.bytes(), []any{"encryptedInvoiceContent", sealed[:len(sealed)-16], "encryptedInvoiceSize", len(sealed) - 16,
			"encryptedInvoiceHash", digest(sealed[:len(sealed)-16])}, 435, "PKCS#7"},
		{"blocks", paper{}.bytes(), []any{"encryptedInvoiceContent", sealed[:15], "encryptedInvoiceSize", 15, "encryptedInvoiceHash", digest(sealed[:15])}, 435, "16"},
		{"another key", paper{}.bytes(), []any{"encryptedInvoiceContent", crossed, "encryptedInvoiceSize", dx.Sealed.Size, "encryptedInvoiceHash", dx.Sealed.Hash}, 435, ""},
		{"hash of the document", paper{}.bytes(), []any{"invoiceHash", digest(nil)}, 430, "Skrót"},
		{"size of the document", paper{}.bytes(), []any{"invoiceSize", d.Plain.Size + 1}, 430, "Rozmiar"},
		{"not XML", []byte(`<Faktura xmlns="http://crd.gov.pl/wzor/2025/06/25/13775/"></Fa>`), nil, 430, "Wiersz 1"},
		{"byte order mark", append([]byte("\xef\xbb\xbf"), paper{}.bytes()...), nil, 430, "BOM"},
		{"not UTF-8", append(paper{}.bytes(), 0xff), nil, 430, ""},
		{"too large", paper{padding: 1_000_000}.bytes(), nil, 430, "1000000"},
		{"processing instruction", append(paper{}.bytes(), "<?x y?>"...), nil, 450, "instrukcje przetwarzania"},
		{"element", []byte(strings.Replace(string(paper{}.bytes()), "<P_1>", "<P_0>x</P_0><P_1>", 1)), nil, 450, "/Faktura/Fa"},
		{"another form", []byte(strings.Replace(string(paper{}.bytes()), "2025/06/25/13775", "2023/06/29/12648", 1)), nil, 450, ""},
		{"issued tomorrow", paper{issued: "2026-03-15"}.bytes(), nil, 450, "2026-03-15"},
		{"made before the form", paper{made: "2025-08-31T23:59:59Z"}.bytes(), nil, 450, "DataWytworzeniaFa"},
		{"another's invoice", paper{seller: nipB}.bytes(), nil, 410, nipB},
		{"attachment", paper{extra: attachment}.bytes(), nil, 415, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := b.fate(test.code, test.doc, test.more...).is("ksefNumber", nil).is("acquisitionDate", nil).is("upoDownloadUrl", nil)
			if test.detail != "" {
				r.detail(test.detail)
			}
			b.send("GET", "/sessions/"+b.reference+"/invoices/"+r.text("referenceNumber")+"/upo", nil).refused(21178)
		})
	}
	b.close()
	b.status().is("status.code", 170)
	b.status().is("status.code", 445).is("successfulInvoiceCount", nil).is("failedInvoiceCount", 16).is("upo", nil)
	for range b.Invoices() {
		t.Error("the repository holds a rejected invoice")
	}
}

// sealedForAnother seals a document with a key that is not the one given, which finds no right padding in it: one key
// in 256 would.
func sealedForAnother(t *testing.T, key seal.Key, doc []byte) ([]byte, seal.Digests) {
	t.Helper()
	for {
		other, err := seal.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		sealed, d := other.Seal(nil, doc)
		if _, _, err := key.Open(nil, sealed, seal.Want{}); errors.Is(err, seal.Padding) {
			return sealed, d
		}
	}
}

func TestDuplicate(t *testing.T) {
	l := sender(t, nil)
	first := l.open()
	number := first.fate(200, paper{}.bytes()).text("ksefNumber")
	b := l.open()
	b.fate(440, paper{}.bytes()).is("invoiceNumber", "FV/1/2026").
		is("status.details.0", "Duplikat faktury. Faktura o numerze KSeF: "+number+" została już prawidłowo przesłana do systemu w sesji: "+first.reference).
		is("status.extensions.originalSessionReferenceNumber", first.reference).is("status.extensions.originalKsefNumber", number)
	b.status().is("status.code", 100).is("successfulInvoiceCount", nil).is("failedInvoiceCount", 1)
	b.fate(440, paper{issued: "2026-01-01", buyer: "1111111111"}.bytes()) // another document
	b.fate(200, paper{number: "FV/1/2026A"}.bytes())
	b.fate(200, paper{kind: "UPR"}.bytes())
	b.fate(200, paper{seller: nipA, number: "rejected first", issued: "2026-03-14"}.bytes())
	t.Run("a rejected number is free", func(t *testing.T) {
		b.fate(450, paper{number: "again", issued: "2026-03-15"}.bytes())
		b.fate(200, paper{number: "again"}.bytes())
	})
	t.Run("for another seller", func(t *testing.T) {
		l.anonymous().login(nipB, sealFor(t, nipB)).open().fate(200, paper{seller: nipB}.bytes())
	})
}

func TestKeyThatCannotBeOpened(t *testing.T) {
	l := sender(t, nil)
	key, encryption := l.encryption()
	encryption["encryptedSymmetricKey"] = make([]byte, 256)
	r := l.send("POST", "/sessions/online", map[string]any{"formCode": fa3, "encryption": encryption}).want(201)
	b := box{l, key, r.text("referenceNumber")}
	invoice := b.sent(paper{}.bytes())
	b.post(paper{}.bytes(), "encryptedInvoiceHash", digest(nil)).refused(21403)
	b.status().is("status.code", 100)
	b.status().is("status.code", 415).is("status.description", "Błąd odszyfrowania dostarczonego klucza").
		is("status.details.0", "Rozszyfrowania klucza symetrycznego zakończone błędem")
	b.invoice(invoice).is("status.code", 405)
	b.post(paper{}.bytes()).refused(21180, "Status sesji 415 uniemożliwia wysyłkę faktur.")
	b.send("POST", b.path("/close"), nil).refused(21180, "Status sesji 415 uniemożliwia jej zamknięcie.")

	opened := func() box {
		r := l.send("POST", "/sessions/online", map[string]any{"formCode": fa3, "encryption": encryption}).want(201)
		return box{l, key, r.text("referenceNumber")}
	}
	empty, closed := opened(), opened()
	empty.close()
	closed.sent(paper{}.bytes())
	closed.close()
	l.Advance(unasked)
	for range 2 {
		empty.status().is("status.code", 440)
		closed.status().is("status.code", 415).is("upo", nil)
	}
	l.Advance(sendingLife)
	b.login = l.again()
	b.status().is("status.code", 415)
}

func TestOnlineEnds(t *testing.T) {
	l := sender(t, nil).slow(time.Second)
	t.Run("empty", func(t *testing.T) {
		b := l.open()
		b.close()
		b.status().is("status.code", 440).is("status.description", "Sesja anulowana").is("status.details.0", "Nie przesłano faktur")
		b.send("GET", "/sessions?sessionType=Online&referenceNumber="+b.reference, nil).want(200).is("sessions.0.status.code", 440)
	})
	t.Run("by the clock", func(t *testing.T) {
		b := l.open()
		reference := b.sent(paper{}.bytes())
		b.invoice(reference).is("status.code", 100)
		l.Advance(time.Second)
		b.invoice(reference).is("status.code", 200).is("acquisitionDate", "2026-03-14T15:09:27.5358979+00:00")
		empty := l.open()
		l.Advance(sendingLife - time.Second)
		l := l.again()
		b.login, empty.login = l, l
		b.status().is("status.code", 170).is("dateUpdated", "2026-03-15T03:09:26.5358979+00:00")
		b.post(paper{}.bytes()).refused(21180, "Status sesji 170")
		empty.status().is("status.code", 100)
		l.Advance(time.Second)
		b.status().is("status.code", 200).is("dateUpdated", "2026-03-15T03:09:27.5358979+00:00")
		empty.status().is("status.code", 440)
	})
	t.Run("failed", func(t *testing.T) {
		b := l.again().open()
		b.sent(paper{number: "of a failed session"}.bytes())
		l.Advance(time.Second)
		if err := b.FailSession(ksef.ReferenceNumber(b.reference), ksef.Status{Code: 500, Description: "Nieznany błąd (500)"}); err != nil {
			t.Fatal(err)
		}
		b.status().is("status.code", 500).is("upo", nil)
		if b.FailSession("20260314-SO-0000000000-0000000000-00", ksef.Status{Code: 500}) == nil {
			t.Error("a session that is not there failed")
		}
	})
}

// slow makes work take its time from here on.
func (l login) slow(latency time.Duration) login {
	l.opts.Latency = latency
	return l
}

// again authenticates anew, after the tokens have expired.
func (l login) again() login {
	l.t.Helper()
	latency := l.opts.Latency
	n := l.slow(0).anonymous().login(nipA, sealFor(l.t, nipA))
	return n.slow(latency)
}

func TestRulings(t *testing.T) {
	l := sender(t, nil)
	b := l.open()
	for code, description := range map[int]string{500: "Nieznany błąd (500)", 550: "Operacja została anulowana przez system"} {
		l.OnInvoice(func(i Invoice) ksef.Status {
			if len(i.XML) == 0 || string(i.Session) != b.reference {
				t.Errorf("asked about %+v", i)
			}
			return ksef.Status{Code: code, Description: description, Details: []string{"because"}}
		})
		b.fate(code, paper{}.bytes()).is("status.description", description).is("status.details.0", "because")
	}
	l.OnInvoice(func(Invoice) ksef.Status { return ksef.Status{} })
	b.fate(200, paper{}.bytes())
	l.OnInvoice(nil)
	b.fate(440, paper{}.bytes())
}

func TestTechnicalCorrection(t *testing.T) {
	b := sender(t, nil).open()
	wrong := paper{number: "K/1", issued: "2026-03-15"}.bytes()
	b.fate(450, wrong, "offlineMode", true)
	corrects := []any{"offlineMode", true, "hashOfCorrectedInvoice", digest(wrong)}
	stillWrong := paper{number: "K/1", issued: "2026-03-16"}.bytes()
	b.fate(450, stillWrong, corrects...)
	b.fate(200, paper{number: "K/1"}.bytes(), corrects...).is("invoicingMode", "Offline")
	b.post(paper{number: "K/1"}.bytes(), corrects...).refused(21166, "Faktura posiada już przetworzoną prawidłowo korektę techniczną.")
	good := paper{number: "K/2"}.bytes()
	b.fate(200, good)
	b.post(paper{number: "K/3"}.bytes(), "offlineMode", true, "hashOfCorrectedInvoice", digest(good)).
		refused(21167, "Nie można wysłać korekty technicznej do prawidłowo przetworzonej faktury.")
	t.Run("with an attachment", func(t *testing.T) {
		corrects := []any{"offlineMode", true, "hashOfCorrectedInvoice", base64.StdEncoding.EncodeToString(make([]byte, 32))}
		b.fate(410, paper{number: "K/4", extra: attachment}.bytes(), corrects...).detail("Sprzedawca " + nipA + " nie posiada zgody")
		b.send("POST", "/testdata/attachment", map[string]any{"nip": nipA}).want(200)
		b.fate(200, paper{number: "K/4", extra: attachment}.bytes(), corrects...)
	})
}

func TestInvoicingMode(t *testing.T) {
	// 2026-03-14T23:30Z is the 15th in Warsaw.
	h := newHarness(t, &Options{Now: func() time.Time { return time.Date(2026, 3, 14, 23, 30, 0, 0, time.UTC) }})
	b := h.login(nipA, sealFor(t, nipA)).open()
	b.fate(200, paper{number: "1", issued: "2026-03-15"}.bytes()).is("invoicingMode", "Online")
	b.fate(200, paper{number: "2", issued: "2026-03-14"}.bytes()).is("invoicingMode", "Offline")
	r := b.fate(200, paper{number: "3", issued: "2026-03-15"}.bytes(), "offlineMode", true).is("invoicingMode", "Offline")
	if n := r.text("ksefNumber"); !strings.HasPrefix(n, nipA+"-20260315-") {
		t.Errorf("KSeF number %s is not of the Polish day", n)
	}
}

func TestSendingTooMuch(t *testing.T) {
	b := sender(t, nil).open()
	huge := b.envelope(paper{}.bytes(), "encryptedInvoiceContent", make([]byte, 13<<20))
	b.harness.sloppy().send("POST", b.path("/invoices"), huge).want(http.StatusRequestEntityTooLarge)
}

func TestAdminOfSending(t *testing.T) {
	l := sender(t, nil)
	b := l.open()
	admin(t, l.Server, "POST", "/authorizations", `{"seller":"`+nipB+`","to":{"type":"Nip","value":"`+nipA+`"},"permission":"SelfInvoicing"}`).want(200)
	admin(t, l.Server, "POST", "/authorizations", `{"seller":"`+nipB+`","to":{"type":"Nip","value":"`+nipA+`"},"permission":"InvoiceRead"}`).want(400)
	doc := paper{seller: nipB, buyer: nipA, selfInvoiced: true}.bytes()
	r := b.fate(200, doc)
	admin(t, l.Server, "GET", "/invoices", "").want(200).is("0.ksefNumber", r.text("ksefNumber")).is("0.hash", digest(doc)).
		is("0.sessionReferenceNumber", b.reference).is("1", nil)
	admin(t, l.Server, "POST", "/sessions/fail", `{"referenceNumber":"`+b.reference+`","status":{"code":500,"description":"Nieznany błąd (500)"}}`).
		want(200).is("invoiceSessions", 1).is("invoices", 1)
	b.status().is("status.code", 500)
	admin(t, l.Server, "POST", "/sessions/fail", `{}`).want(400)
}
