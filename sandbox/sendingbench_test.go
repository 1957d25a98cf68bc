package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// What a server makes of sent invoices, each of about 5 KB, over loopback HTTP: all that KSeF does, beside a
// handler that reads the same bodies and answers a constant.
func BenchmarkSend(b *testing.B) {
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusAccepted)
		w.Write([]byte(`{"referenceNumber":"20260314-EE-0000000000-0000000000-00"}`))
	})
	l := sender(b, nil)
	box := l.open()
	for _, bench := range []struct {
		name    string
		handler http.Handler
		shared  bool // one session for all
	}{
		{"bare", bare, true},
		{"accepted", l.Server, false},
	} {
		b.Run(bench.name, func(b *testing.B) {
			bodies := make([][]byte, b.N)
			boxes := []string{}
			for i := range bodies {
				if i%9000 == 0 {
					box = l.open()
				}
				boxes = append(boxes, box.reference)
				doc := paper{number: fmt.Sprintf("%s/%d/%d", bench.name, b.N, i), rows: 15}.bytes()
				body, err := json.Marshal(box.envelope(doc))
				if err != nil {
					b.Fatal(err)
				}
				bodies[i] = body
			}
			srv := httptest.NewServer(bench.handler)
			defer srv.Close()
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
			defer client.CloseIdleConnections()
			var next atomic.Int64
			b.SetParallelism(8)
			b.SetBytes(int64(len(bodies[0])))
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					i := next.Add(1) - 1
					r, err := http.NewRequest("POST", srv.URL+"/v2/sessions/online/"+boxes[i]+"/invoices", bytes.NewReader(bodies[i]))
					if err != nil {
						b.Error(err)
						return
					}
					r.Header.Set("Content-Type", "application/json")
					r.Header.Set("Authorization", "Bearer "+l.access)
					resp, err := client.Do(r)
					if err != nil {
						b.Error(err)
						return
					}
					answer, _ := io.ReadAll(resp.Body)
					resp.Body.Close()
					if resp.StatusCode != http.StatusAccepted {
						b.Errorf("answered %d %s", resp.StatusCode, answer)
						return
					}
				}
			})
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "invoices/s")
		})
	}
	for i := range l.Invoices() {
		if !strings.Contains(string(i.XML), "accepted/") {
			b.Fatal("not all that was sent was accepted")
		}
	}
}
