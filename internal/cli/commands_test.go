package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/certs"
	"github.com/ksef-go/ksef/internal/sample"
	"github.com/ksef-go/ksef/xades"
)

// capture puts what a pattern finds in what the last command wrote into a
// variable: its group, or all of it.
//
//	capture REF '\d{8}-EC-[0-9A-F-]+'
func capture(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile("stdout") + ts.ReadFile("stderr"))
	if found == nil {
		ts.Fatalf("no %s", args[1])
	}
	ts.Setenv(args[0], found[len(found)-1])
}

// mode checks the permissions of a file: mode 0600 file.
func mode(ts *testscript.TestScript, _ bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := fmt.Sprintf("%04o", info.Mode().Perm()); got != args[0] {
		ts.Fatalf("%s has mode %s, want %s", args[1], got, args[0])
	}
}

// sign signs a document as a taxpayer elsewhere does: sign NIP in.xml out.xml.
func sign(ts *testscript.TestScript, _ bool, args []string) {
	cert, err := certs.NewTestSeal(args[0], &certs.TestOptions{ECDSA: true})
	ts.Check(err)
	signed, err := xades.Sign([]byte(ts.ReadFile(args[1])), cert, nil)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), signed, 0o600))
}

// send sends an invoice to the sandbox in an online session that stays open, and
// puts the numbers into SESSION, INVOICE and KSEF_NUMBER: send NIP.
func send(ts *testscript.TestScript, _ bool, args []string) {
	client, err := ksef.NewClient(ksef.Test, &ksef.Options{BaseURL: ts.Getenv("HTTP"), Poll: &ksef.Backoff{}})
	ts.Check(err)
	ctx := context.Background()
	auth, err := client.Authentication.WithTestCertificate(ctx, ksef.NIP(args[0]), nil)
	ts.Check(err)
	session, err := auth.OpenOnlineSession(ctx, nil)
	ts.Check(err)
	invoice := sample.Invoice{Seller: args[0], Buyer: "5265877635", Number: "FV/1", Issued: time.Now()}
	sent, err := session.SendAndWait(ctx, invoice.XML(), nil)
	ts.Check(err)
	ts.Setenv("SESSION", string(session.ReferenceNumber()))
	ts.Setenv("INVOICE", string(sent.ReferenceNumber))
	ts.Setenv("KSEF_NUMBER", string(sent.KSeFNumber))
	_, err = session.Send(ctx, []byte(strings.Replace(string(invoice.XML()), "<P_15>", "<P_15>x", 1)), nil)
	ts.Check(err)
}

// seal writes a certificate with its key as PEM files and as a .p12: seal NIP
// name password.
func seal(ts *testscript.TestScript, _ bool, args []string) {
	cert, err := certs.NewTestSeal(args[0], &certs.TestOptions{ECDSA: true})
	ts.Check(err)
	certPEM, keyPEM, err := certs.EncodePEM(cert, args[2])
	ts.Check(err)
	p12, err := certs.EncodeP12(cert, args[2])
	ts.Check(err)
	for name, data := range map[string][]byte{".pem": certPEM, ".key": keyPEM, ".p12": p12} {
		ts.Check(os.WriteFile(ts.MkAbs(args[1]+name), data, 0o600))
	}
}

// bundle puts a certificate and its key, in PEM files, into a .p12: bundle name
// password.
func bundle(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0])
	cert, err := certs.LoadPEM(name+".pem", name+".key", args[1])
	ts.Check(err)
	p12, err := certs.EncodeP12(cert, args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(name+".p12", p12, 0o600))
}

// invoices writes made-up invoices of a seller: invoices NIP directory 3.
func invoices(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[2])
	ts.Check(err)
	ts.Check(os.MkdirAll(ts.MkAbs(args[1]), 0o755))
	for i := range n {
		invoice := sample.Invoice{Seller: args[0], Buyer: "5265877635", Number: fmt.Sprintf("%s/%d", args[1], i+1), Issued: time.Now()}
		ts.Check(os.WriteFile(ts.MkAbs(fmt.Sprintf("%s/%02d.xml", args[1], i+1)), invoice.XML(), 0o644))
	}
}

// requests waits until the sandbox has seen so many requests of an operation,
// and fails when it sees more or takes too long:
//
//	requests 1 'POST /sessions/batch'
func requests(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		resp, err := http.Get(ts.Getenv("ADMIN") + "/requests")
		ts.Check(err)
		var seen []struct {
			Route string `json:"route"`
		}
		err = json.NewDecoder(resp.Body).Decode(&seen)
		resp.Body.Close()
		ts.Check(err)
		got := 0
		for _, r := range seen {
			if r.Route == args[1] {
				got++
			}
		}
		if got == want {
			return
		}
		if got > want || time.Now().After(deadline) {
			ts.Fatalf("%d requests of %s, want %d", got, args[1], want)
		}
	}
}

// await waits until a file is there.
func await(ts *testscript.TestScript, _ bool, args []string) {
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("no %s", args[0])
		}
	}
}
