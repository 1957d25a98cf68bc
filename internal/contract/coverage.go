package contract

import (
	"slices"
	"sync"
)

// Coverage counts which operations were exercised, and with which answers. The
// zero value is empty and ready; it may be used from several goroutines.
type Coverage struct {
	mu    sync.Mutex
	count map[*Operation]map[int]int // by status
}

// Add counts an exchange. One without an operation counts for nothing.
func (c *Coverage) Add(x *Exchange) {
	if x.Operation == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.count == nil {
		c.count = make(map[*Operation]map[int]int)
	}
	if c.count[x.Operation] == nil {
		c.count[x.Operation] = make(map[int]int)
	}
	c.count[x.Operation][x.Status]++
}

// Times says how often the operation was answered with the status.
func (c *Coverage) Times(op *Operation, status int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.count[op][status]
}

// Missing lists the operations of the contract that never succeeded, in its
// order. An operation that was only refused has not been exercised.
func (c *Coverage) Missing(all *Contract) []*Operation {
	return slices.DeleteFunc(all.Operations(), func(op *Operation) bool {
		return c.Times(op, op.Success()) > 0
	})
}
