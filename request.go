package ksef

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	quick "github.com/go-json-experiment/json"
	quickv1 "github.com/go-json-experiment/json/v1"
)

// request is one call, before it becomes one or several HTTP requests.
type request struct {
	method, path string
	query        url.Values
	route        string // the operation without identifiers; "" when it is the path
	repeat       repeat
	header       http.Header
	bearer       string // secret
	accept       string // "" for JSON
	contentType  string
	body         []byte
	acting       *authConn // whom it acts for; nil for nobody
}

// name is how errors and logs call the request: no query, no host.
func (r *request) name() (method, path string) {
	path, _, _ = strings.Cut(r.path, "?")
	return r.method, path
}

// answer is what came back with a status of 2xx.
type answer struct {
	header http.Header
	body   []byte
}

// check refuses an identifier that would make the path that of another operation:
// one that is empty or climbs up, or a word such as those that KSeF's own paths
// are made of ("/sessions/{referenceNumber}/invoices/failed"). Every identifier
// of KSeF's has a digit or a capital in it.
func (r *request) check() error {
	if r.route == "" {
		return nil
	}
	values := strings.Split(r.path, "/")
	for i, name := range strings.Split(r.route, "/") {
		if !strings.HasPrefix(name, "{") {
			continue
		}
		value, err := url.PathUnescape(values[i])
		if err == nil && strings.ContainsFunc(value, isIdentifying) {
			continue
		}
		return &IdentifierError{strings.Trim(name, "{}"), value, "want one that KSeF gave"}
	}
	return nil
}

func isIdentifying(c rune) bool { return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' }

// completer is an answer that is of no use without some of its members.
type completer interface{ complete() bool }

// prepare checks r and makes in its body. Nil leaves the body that r has.
func (r *request) prepare(in any) error {
	if err := r.check(); err != nil {
		return err
	}
	if in == nil {
		return nil
	}
	body, err := json.Marshal(in)
	if err != nil {
		method, path := r.name()
		return fmt.Errorf("ksef: %s %s: %w", method, path, err)
	}
	r.body, r.contentType = body, "application/json"
	return nil
}

// decode reads the body of a into out. When KSeF did what must not be repeated
// and said so illegibly, the outcome is lost like an answer that never came.
func (r *request) decode(a *answer, out any) error {
	var err error
	switch out := out.(type) {
	case nil:
	case *[]byte:
		*out = a.body
	case func(*answer) error:
		err = out(a)
	default:
		err = unmarshal(a.body, out)
		if c, ok := out.(completer); ok && err == nil && !c.complete() {
			err = errors.New("members are missing")
		}
	}
	if err == nil {
		return nil
	}
	method, path := r.name()
	err = fmt.Errorf("%w of %s: %w", ErrMalformed, describe(a.header, len(a.body)), err)
	if r.repeat == once {
		err = fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	return fmt.Errorf("ksef: %s %s: %w", method, path, err)
}

// unmarshal is [json.Unmarshal] with the decoder of Go 1.27, which reads tokens,
// long as they are, in a fifth of the time. It is the stricter one, so what it
// refuses is for the decoder that everybody knows to judge, and to complain about.
func unmarshal(body []byte, out any) error {
	if quick.Unmarshal(body, out, names) == nil {
		return nil
	}
	return json.Unmarshal(body, out)
}

// names are matched as [json.Unmarshal] matches them.
var names = quick.JoinOptions(quick.MatchCaseInsensitiveNames(true), quickv1.MatchCaseSensitiveDelimiter(true))

func describe(h http.Header, n int) string {
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	if kind == "" {
		kind = "no stated type"
	}
	return fmt.Sprintf("%d bytes of %s", n, kind)
}
