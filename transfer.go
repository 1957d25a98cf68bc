package ksef

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// TransferError is a failure at the storage that takes parts of batches and
// gives parts of exports. It never shows the signed URL.
type TransferError struct {
	Host       string
	Part       int // counted from 1
	StatusCode int // 0 when no answer came
	Err        error
}

// Error says where it failed and why.
func (e *TransferError) Error() string {
	if e.StatusCode != 0 {
		return fmt.Sprintf("ksef: part %d at %s: %d %s", e.Part, e.Host, e.StatusCode, http.StatusText(e.StatusCode))
	}
	return fmt.Sprintf("ksef: part %d at %s: %v", e.Part, e.Host, e.Err)
}

// Unwrap returns what kept the answer from coming.
func (e *TransferError) Unwrap() error { return e.Err }

// temporary reports whether the same transfer can succeed later.
func (e *TransferError) temporary() bool {
	switch e.StatusCode {
	case 0, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return !errors.Is(e.Err, errStorageHost) && !hopeless(e.Err)
	}
	return e.StatusCode >= http.StatusInternalServerError
}

// expired reports whether another URL may help: storages say so in many ways.
func (e *TransferError) expired() bool {
	switch e.StatusCode {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone:
		return true
	}
	return false
}

// errStorageHost marks a signed URL that leads where no storage of KSeF can be.
var errStorageHost = errors.New("not a place where KSeF keeps invoices")

// checkStorage is the policy for signed URLs: the host that the client was
// pointed at, or anything public over https. A loopback address is good for a
// loopback base URL only: KSeF has no business with this machine's ports.
func (c *conn) checkStorage(u *url.URL) error {
	base, err := url.Parse(c.base)
	if err != nil {
		return err
	}
	host := u.Hostname()
	switch {
	case u.User != nil || host == "":
	case u.Scheme == base.Scheme && u.Host == base.Host:
		return nil
	case u.Scheme == "https" && isPublicName(host):
		return nil
	case u.Scheme == "http" && isLoopback(host) && isLoopback(base.Hostname()):
		return nil
	}
	return fmt.Errorf("%w: %s://%s", errStorageHost, u.Scheme, u.Host)
}

// isPublicName reports whether the public DNS can have host: it is no address, in
// none of the spellings that resolvers take for one ("127.1", "0x7f.0.0.1"), and
// no name of this machine. A public name may be made to lead to this machine,
// too, but nobody here has a certificate for it.
func isPublicName(host string) bool {
	labels := strings.Split(strings.ToLower(strings.TrimSuffix(host, ".")), ".")
	last := labels[len(labels)-1]
	return len(labels) > 1 && !strings.Contains(host, ":") && last != "localhost" && last != "" && (last[0] < '0' || last[0] > '9')
}

// transfer makes one exchange with the storage, without a bearer token: the URL
// is the permission. A body is read once.
func (c *conn) transfer(ctx context.Context, method, target string, header http.Header, body io.Reader, size int64, part int) (*http.Response, error) {
	u, err := url.Parse(target)
	if err != nil { // its error would show the URL
		return nil, &TransferError{Part: part, Err: errors.New("the signed URL cannot be read")}
	}
	failed := &TransferError{Host: u.Host, Part: part}
	if failed.Err = c.checkStorage(u); failed.Err != nil {
		return nil, failed
	}
	req, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		failed.Err = errors.New("the request cannot be made")
		return nil, failed
	}
	req.Header = header.Clone()
	req.Header.Set("User-Agent", c.header.Get("User-Agent"))
	req.ContentLength = size
	resp, err := c.http.Do(req)
	if err != nil {
		failed.Err = lost(err)
		if over := ended(ctx); over != nil {
			failed.Err = over
		}
		return nil, failed
	}
	if resp.StatusCode/100 != 2 {
		resp.Body.Close()
		failed.StatusCode = resp.StatusCode
		failed.Err = fmt.Errorf("status %d", resp.StatusCode)
		return nil, failed
	}
	return resp, nil
}

// again calls try until it succeeds, fails for good, or was tried as often as
// the policy says. What is tried must be safe to repeat.
func (c *conn) again(ctx context.Context, try func() error) error {
	for attempt := 1; ; attempt++ {
		err := try()
		t, ok := errors.AsType[*TransferError](err)
		if err == nil || !ok || !t.temporary() || attempt >= c.retry.Attempts || ctx.Err() != nil {
			return err
		}
		if over := c.retry.rest(ctx, attempt, err); over != nil {
			return over
		}
	}
}
