package sample_test

import (
	"testing"
	"time"

	"github.com/ksef-go/ksef/internal/sample"
	"github.com/ksef-go/ksef/schema"
)

func TestValid(t *testing.T) {
	for _, i := range []sample.Invoice{
		{Seller: "5261040828", Buyer: "5265877635", Number: "FV/1", Issued: time.Now()},
		{Seller: "5261040828", Buyer: "5265877635", Number: "<&>", Issued: time.Date(2026, 6, 30, 22, 30, 0, 0, time.UTC), Lines: 100},
	} {
		report := schema.ValidateBytes(i.XML(), schema.FA3, &schema.Options{Rules: &schema.Rules{}})
		if err := report.Err(); err != nil {
			t.Error(err)
		}
		if report.Invoice.Number != i.Number || report.Invoice.SellerNIP != i.Seller {
			t.Errorf("%+v", report.Invoice)
		}
	}
}
