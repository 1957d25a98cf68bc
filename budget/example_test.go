package budget_test

import (
	"context"
	"fmt"
	"log"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/budget"
	"github.com/ksef-go/ksef/sandbox"
)

// A budget learns the limits and knows what has been requested already.
func Example() {
	ctx := context.Background()
	server := sandbox.New(&sandbox.Options{RateLimits: sandbox.ProductionRateLimits})
	shared, err := budget.New(nil)
	if err != nil {
		log.Fatal(err)
	}
	client := server.Client(&ksef.Options{Budget: shared})
	auth, err := client.Authentication.WithTestCertificate(ctx, "5261040828", nil)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := auth.Limits.Rates(ctx); err != nil {
		log.Fatal(err)
	}
	forecast, err := shared.Plan(ctx, auth.BudgetAccount(), budget.Download(100))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(forecast)
	// Output:
	// 100 invoices downloaded: 1 h 2 min, held back by invoiceDownload (64 an hour)
}

func ExamplePlan() {
	fmt.Println(budget.Plan(budget.Online(1400), nil))
	fmt.Println(budget.Plan(budget.Batch(1400), nil))
	// Output:
	// 1,400 invoices online: 7 h 5 min, held back by invoiceSend (180 an hour)
	// 1,400 invoices in batches: less than a second
}
