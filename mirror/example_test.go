package mirror_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"slices"
	"time"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/sample"
	"github.com/ksef-go/ksef/mirror"
	"github.com/ksef-go/ksef/sandbox"
)

// A copy of all that a taxpayer has in KSeF, brought up to date whenever Sync is
// called.
func ExampleMirror_Sync() {
	ctx := context.Background()
	auth, dir := taxpayer(ctx)
	defer os.RemoveAll(dir)

	m, err := mirror.Open(dir, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	for range 2 {
		report, err := m.Sync(ctx, auth, &mirror.SyncOptions{From: time.Now().AddDate(0, -1, 0)})
		if err != nil {
			log.Fatal(err)
		}
		kept := 0
		for _, w := range report.Windows {
			kept += w.New
		}
		fmt.Println("new:", kept)
	}
	// Output:
	// new: 2
	// new: 0
}

func ExampleMirror_Search() {
	ctx := context.Background()
	auth, dir := taxpayer(ctx)
	defer os.RemoveAll(dir)
	m := synced(ctx, auth, dir)
	defer m.Close()

	twoHundred := ksef.Decimal("200.00")
	for i, err := range m.Search(ctx, mirror.Filter{
		Text:   "usluga przykladowa", // neither case nor the marks on letters matter
		Amount: &ksef.AmountRange{Of: ksef.Gross, From: &twoHundred},
	}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(i.Number, i.Gross, i.Currency)
	}
	// Output:
	// FV/2 246 PLN
}

// Whether the copy is what KSeF has, nothing more and nothing less.
func ExampleMirror_Prove() {
	ctx := context.Background()
	auth, dir := taxpayer(ctx)
	defer os.RemoveAll(dir)
	m := synced(ctx, auth, dir)
	defer m.Close()

	for i, err := range m.Search(ctx, mirror.Filter{Number: "FV/1"}) {
		if err != nil {
			log.Fatal(err)
		}
		if err := os.Remove(i.Path); err != nil { // somebody tidies up
			log.Fatal(err)
		}
	}
	proof, err := m.Prove(ctx, auth, &mirror.Period{Roles: []ksef.Role{ksef.Buyer}})
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range proof.Roles {
		fmt.Println(r.Role, r.There, r.Here)
	}
	for _, d := range proof.Differences {
		fmt.Println(d.Kind)
	}
	// Output:
	// Subject2 2 2
	// file missing
}

// taxpayer is one who has bought twice, and a directory.
func taxpayer(ctx context.Context) (*ksef.AuthenticatedClient, string) {
	server := sandbox.New(nil)
	at := server.Now().Add(-time.Hour)
	err := server.Store(slices.Values([]sandbox.Stored{
		{XML: sample.Invoice{Seller: "7762811692", Buyer: "5261040828", Number: "FV/1", Issued: at}.XML(), Acquired: at},
		{XML: sample.Invoice{Seller: "7762811692", Buyer: "5261040828", Number: "FV/2", Issued: at, Lines: 2}.XML(), Acquired: at},
	}))
	if err != nil {
		log.Fatal(err)
	}
	auth, err := server.Client(&ksef.Options{Poll: &ksef.Backoff{}}).Authentication.WithTestCertificate(ctx, "5261040828", nil)
	if err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "mirror")
	if err != nil {
		log.Fatal(err)
	}
	return auth, dir
}

func synced(ctx context.Context, auth *ksef.AuthenticatedClient, dir string) *mirror.Mirror {
	m, err := mirror.Open(dir, nil)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := m.Sync(ctx, auth, &mirror.SyncOptions{From: time.Now().AddDate(0, -1, 0)}); err != nil {
		log.Fatal(err)
	}
	return m
}
