package why

import (
	"bytes"
	"encoding/json"
	"testing"
)

// Whatever is given, there is a diagnosis that can be written down.
func FuzzExamine(f *testing.F) {
	for _, seed := range []string{"", "<", "{", "PK\x03\x04", "\x1f\x8b\x08", unsigned, `{"status":{"code":440}}`, "\ufeff<Faktura/>"} {
		f.Add([]byte(seed))
	}
	f.Add(invoice("1"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		d, err := Examine(bytes.NewReader(doc), int64(len(doc)), &Options{Now: now, Original: []byte(unsigned)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := json.Marshal(d); err != nil || d.Kind == "" || len(d.Findings) > 100 {
			t.Errorf("%v, %+v", err, d)
		}
	})
}
