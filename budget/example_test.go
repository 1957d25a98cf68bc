package budget_test

import (
	"fmt"

	"github.com/ksef-go/ksef/budget"
)

func ExamplePlan() {
	fmt.Println(budget.Plan(budget.Online(1400), nil))
	fmt.Println(budget.Plan(budget.Batch(1400), nil))
	// Output:
	// 1,400 invoices online: 7 h 5 min, held back by invoiceSend (180 an hour)
	// 1,400 invoices in batches: less than a second
}
