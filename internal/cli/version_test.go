package cli

import (
	"testing"

	"github.com/ksef-go/ksef/internal/contract"
)

// The version that is reported is that of the contract everything is checked
// against.
func TestAPIVersion(t *testing.T) {
	c, err := contract.Load()
	if err != nil {
		t.Fatal(err)
	}
	if c.Version() != apiBase {
		t.Errorf("ksef version says %s, the contract %s", apiBase, c.Version())
	}
}
