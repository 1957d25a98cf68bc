// Package budget shares KSeF's rate limits among all who make requests from one
// machine, so that none of them is refused with 429.
//
// KSeF counts requests by the context they act in and the address they come
// from, over the last second, minute and hour, in groups of operations (ksef-docs
// limity/limity-api.md). It lengthens the block of a client that keeps asking,
// and so requests that are held back in time get through sooner than those that
// are repeated:
//
//	shared, err := budget.New(&budget.Options{Dir: "/var/lib/invoices/ksef-budget"})
//	client, err := ksef.NewClient(ksef.Production, &ksef.Options{Budget: shared})
//	nightly, err := ksef.NewClient(ksef.Production, &ksef.Options{Budget: shared.Bulk()})
//
// A [Budget] holds in one process; with a directory it is shared by all processes
// that name the same. Requests of [Budget.Bulk] come after all others: a part of
// every limit is out of their reach.
//
// # What is counted
//
// KSeF counts a request somewhere between its sending and its answer. A request
// therefore counts from its sending until a window's length after its answer, and
// what this package lets through KSeF lets through, too, whatever the network
// delays, as long as nobody else acts in the same context from the same address.
// When somebody does, KSeF's refusals lower the limits for an hour.
//
// # What a job will take
//
// [Plan] says how long a job will take within the limits, by walking through its
// requests:
//
//	fmt.Println(budget.Plan(budget.Online(1400), nil))
//	// 1,400 invoices online: 7 h 5 min, held back by invoiceSend (180 an hour)
//
// Package budget needs nothing of the SDK; it can serve any client of KSeF.
package budget
