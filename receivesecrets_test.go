package ksef_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/ksef-go/ksef"
)

// Neither keys nor signed URLs print or log.
func TestSecretsOfReceivingDoNotPrint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := full(t)
		auth := d.client(nil, nil)
		var state ksef.SyncState
		s := auth.Invoices.Sync(state, &ksef.SyncOptions{
			Roles: []ksef.Role{ksef.Buyer}, From: begin.AddDate(0, 0, -1),
			Checkpoint: func(s ksef.SyncState) error { state = s; return fmt.Errorf("stop here") },
		})
		if _, err := collect(s.Documents(t.Context())); err == nil {
			t.Fatal("went on")
		}
		p := ordered(t, auth, nil)
		e, err := auth.Invoices.Export(t.Context(), ksef.InvoiceFilter{Role: ksef.Buyer, From: begin.AddDate(0, 0, -2)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		logger := slog.New(slog.NewJSONHandler(&out, nil))
		for _, v := range []any{state, &state, p, *p, p.Parts, p.Parts[0], e, *e, e.State(), ksef.ExportStatus{Package: p}} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
				fmt.Fprintf(&out, verb+"\n", v)
			}
		}
		logger.Info("x", "state", state, "export", e.State(), "package", p, "part", p.Parts[0])
		var kept struct {
			Roles map[string]struct {
				Pending struct{ Export struct{ Key string } }
			}
		}
		b, err := json.Marshal(state)
		if err != nil || json.Unmarshal(b, &kept) != nil {
			t.Fatal(err)
		}
		key := kept.Roles["Subject2"].Pending.Export.Key
		if len(key) != 44 {
			t.Fatalf("the state has no key: %s", b)
		}
		raw := d.lastKey.Bytes()
		for name, secret := range map[string]string{
			"key": key, "URL": "/storage/", "raw": string(raw), "hex": fmt.Sprintf("%x", raw), "bytes": strings.Trim(fmt.Sprint(raw), "[]"),
		} {
			if strings.Contains(out.String(), secret) {
				t.Errorf("%s shows", name)
			}
		}
	})
}
