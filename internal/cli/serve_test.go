package cli

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// server is a `ksef sandbox serve` in the background. A script has one, under
// serverKey.
type server struct {
	cmd    *exec.Cmd
	stderr *bytes.Buffer
}

type serverKey struct{}

// serve starts `ksef sandbox serve --json` with more arguments, waits for the
// line that says where it is, and puts that into the variables HTTP, HTTP_ADDR,
// HTTPS, CA and ADMIN.
func serve(ts *testscript.TestScript, _ bool, args []string) {
	s := ts.Value(serverKey{}).(*server)
	cmd := exec.Command("ksef", append([]string{"sandbox", "serve", "--json"}, args...)...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = []string{"LANG=en", "TMPDIR=" + ts.Getenv("TMPDIR"), "TMP=" + ts.Getenv("TMP"),
		runsVariable + "=" + ts.Getenv(runsVariable)}
	s.cmd, s.stderr = cmd, new(bytes.Buffer)
	cmd.Stderr = s.stderr
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() {
		if cmd.ProcessState == nil { // the script failed before it stopped it
			cmd.Process.Kill()
			cmd.Wait()
		}
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		cmd.Wait()
		ts.Fatalf("no line of JSON: %v\n%s", err, s.stderr.String())
	}
	var at served
	ts.Check(json.Unmarshal(line, &at))
	address := strings.TrimSuffix(strings.TrimPrefix(at.HTTP, "http://"), "/v2")
	for name, value := range map[string]string{
		"HTTP": at.HTTP, "HTTP_ADDR": address, "HTTPS": at.HTTPS, "CA": at.CAFile, "LATARNIA": at.Latarnia, "ADMIN": at.Admin,
	} {
		ts.Setenv(name, value)
	}
}

// interrupt ends the server, as Ctrl-C does. It must end well.
func interrupt(ts *testscript.TestScript, _ bool, _ []string) {
	s := ts.Value(serverKey{}).(*server)
	ts.Check(s.cmd.Process.Signal(os.Interrupt))
	if err := s.cmd.Wait(); err != nil {
		ts.Fatalf("%v\n%s", err, s.stderr.String())
	}
	fmt.Fprint(ts.Stderr(), s.stderr.String())
}

// fetch makes a request and writes status and body to standard output:
//
//	fetch POST $HTTPS/auth/challenge $CA
func fetch(ts *testscript.TestScript, neg bool, args []string) {
	client := &http.Client{Timeout: 10 * time.Second}
	transport := &http.Transport{DisableKeepAlives: true}
	client.Transport = transport
	if len(args) > 2 {
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM([]byte(ts.ReadFile(args[2]))) {
			ts.Fatalf("%s holds no certificate", args[2])
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool}
	}
	req, err := http.NewRequest(args[0], args[1], nil)
	ts.Check(err)
	resp, err := client.Do(req)
	if neg {
		if err == nil {
			ts.Fatalf("answered %s", resp.Status)
		}
		fmt.Fprintln(ts.Stderr(), err)
		return
	}
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%s\n%s\n", resp.Status, body)
}

// What is said to people names the addresses that were really taken.
func TestAnnounce(t *testing.T) {
	for _, test := range []struct {
		at   served
		want string
	}{
		{served{HTTP: "http://127.0.0.1:1/v2", HTTPS: "https://127.0.0.1:2/v2", CAFile: "/ca.pem", Latarnia: "http://127.0.0.1:1/latarnia", Admin: "http://127.0.0.1:3"}, `
KSeF sandbox. Ctrl-C ends it, and it forgets everything.
  HTTP       http://127.0.0.1:1/v2
  HTTPS      https://127.0.0.1:2/v2
  CA         /ca.pem
  Latarnia   http://127.0.0.1:1/latarnia
  Admin      http://127.0.0.1:3

Point a client at it
  ksef     export KSEF_BASE_URL=http://127.0.0.1:1/v2 KSEF_SANDBOX_ADMIN=http://127.0.0.1:3
  Go       ksef.NewClient(ksef.Test, &ksef.Options{BaseURL: "http://127.0.0.1:1/v2"})
  Python   ksef2.Environment.TEST._value_ = "http://127.0.0.1:1/v2"; ksef2.Client(ksef2.Environment.TEST)
  curl     curl -X POST http://127.0.0.1:1/v2/auth/challenge

Or over HTTPS, trusting its CA
  ksef   export SSL_CERT_FILE=/ca.pem KSEF_BASE_URL=https://127.0.0.1:2/v2 KSEF_SANDBOX_ADMIN=http://127.0.0.1:3
  curl   curl --cacert /ca.pem -X POST https://127.0.0.1:2/v2/auth/challenge
`},
		{served{HTTPS: "https://127.0.0.1:2/v2", CAFile: "/ca.pem"}, `
KSeF sandbox. Ctrl-C ends it, and it forgets everything.
  HTTPS   https://127.0.0.1:2/v2
  CA      /ca.pem

Point a client at it, trusting its CA
  ksef     export SSL_CERT_FILE=/ca.pem KSEF_BASE_URL=https://127.0.0.1:2/v2
  Go       ksef.NewClient(ksef.Test, &ksef.Options{BaseURL: "https://127.0.0.1:2/v2"})
  Python   ksef2.Environment.TEST._value_ = "https://127.0.0.1:2/v2"; ksef2.Client(ksef2.Environment.TEST)
  curl     curl --cacert /ca.pem -X POST https://127.0.0.1:2/v2/auth/challenge
`},
		{served{HTTP: "http://127.0.0.1:8080/v2", Admin: "http://127.0.0.1:8081"}, `
KSeF sandbox. Ctrl-C ends it, and it forgets everything.
  HTTP    http://127.0.0.1:8080/v2
  Admin   http://127.0.0.1:8081

Point a client at it
  ksef     export KSEF_BASE_URL=http://127.0.0.1:8080/v2
  Go       ksef.NewClient(ksef.Test, &ksef.Options{BaseURL: "http://127.0.0.1:8080/v2"})
  Python   ksef2.Environment.TEST._value_ = "http://127.0.0.1:8080/v2"; ksef2.Client(ksef2.Environment.TEST)
  curl     curl -X POST http://127.0.0.1:8080/v2/auth/challenge
`},
	} {
		e, stdout, _ := world(t, nil)
		if err := (&app{env: e}).announce(test.at); err != nil {
			t.Fatal(err)
		}
		if got := "\n" + stdout.String(); got != test.want {
			t.Errorf("said\n%s\nwant\n%s", got, test.want)
		}
	}
}

// A request under way when the end comes is still answered.
func TestServeEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	arrived := make(chan struct{})
	slow := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(arrived)
		<-ctx.Done()
		io.WriteString(w, "done")
	})
	var d doors
	defer d.close()
	address, err := d.open(ctx, new(net.ListenConfig).Listen, "127.0.0.1:0", slow, nil)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- d.serve(ctx, slog.New(slog.DiscardHandler)) }()
	go func() {
		<-arrived
		cancel()
	}()
	resp, err := http.Get("http://" + address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); string(body) != "done" || err != nil {
		t.Errorf("answered %q, %v", body, err)
	}
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}
