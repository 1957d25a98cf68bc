package schema_test

import (
	"testing"

	"github.com/ksef-go/ksef/schema"
)

// The part of a name after its colon begins like a name, too.
func TestNameStart(t *testing.T) {
	for doc, valid := range map[string]bool{
		`<p:żuraw xmlns:p="u"/>`:  true,
		`<p:a·b xmlns:p="u"/>`:    true,
		"<p:·b xmlns:p=\"u\"/>":   false,
		"<p:\u0300 xmlns:p='u'/>": false,
		`<·b/>`:                   false,
		`<p:1 xmlns:p="u"/>`:      false,
		`<p: xmlns:p="u"/>`:       false,
	} {
		report := schema.ValidateBytes([]byte(doc), schema.FA3, nil)
		if len(report.Violations) == 0 {
			t.Errorf("%s is an invoice", doc)
			continue
		}
		if wellFormed := report.Violations[0].Code.Level() != schema.LevelXML; wellFormed != valid {
			t.Errorf("%s: %v", doc, report.Violations[0])
		}
	}
}
