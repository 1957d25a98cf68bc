package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// storagePrefix is where the storage begins. It is no part of the API: URLs carry the permission to use them,
// in the manner of Azure's shared access signatures, and no bearer token belongs there.
const storagePrefix = "/storage"

// downloadLife is how long a download URL is good.
const downloadLife = 3 * 24 * time.Hour

// storageVersion is the version of the manner of signing.
const storageVersion = "2025-01-05"

// storageRoutes are the operations of the storage.
func storageRoutes() []route {
	return []route{
		{"PUT /storage/{referenceNumber}/batch-parts/{ordinalNumber}", 0, 201, (*Server).uploadPart},
		{"GET /storage/{referenceNumber}/invoice-upo/{file}", 0, 200, (*Server).downloadInvoiceUPO},
		{"GET /storage/{referenceNumber}/session-upo/{file}", 0, 200, (*Server).downloadSessionUPO},
		{"GET /storage/{referenceNumber}/invoice-part/{file}", 0, 200, (*Server).downloadPart},
	}
}

// signedURL is the address of something in the storage, with the permission to read or write it until end, on
// the host that the call came to.
func (c *call) signedURL(method, path string, end time.Time) string {
	q := url.Values{
		"sv": {storageVersion},
		"st": {c.now.UTC().Format(time.RFC3339)},
		"se": {end.UTC().Format(time.RFC3339)},
		"sr": {"b"},
		"sp": {storagePermission(method)},
	}
	q.Set("sig", c.s.storageSignature(path, q))
	scheme := "http"
	if c.r.TLS != nil {
		scheme = "https"
	}
	u := url.URL{Scheme: scheme, Host: c.r.Host, Path: path, RawQuery: q.Encode()}
	return u.String()
}

func storagePermission(method string) string {
	if method == http.MethodPut {
		return "w"
	}
	return "r"
}

// storageSignature signs a path and the parameters of its query but for the signature itself.
func (s *Server) storageSignature(path string, q url.Values) string {
	mac := hmac.New(sha256.New, s.signer.key)
	mac.Write([]byte("storage"))
	for _, field := range []string{path, q.Get("sv"), q.Get("st"), q.Get("se"), q.Get("sr"), q.Get("sp")} {
		mac.Write([]byte{0})
		mac.Write([]byte(field))
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// storageAccess returns the storage's refusal of a call whose URL does not permit it now; nil when it does.
func (c *call) storageAccess() *answer {
	q := c.r.URL.Query()
	want := c.s.storageSignature(c.r.URL.Path, q)
	if c.r.Header.Get("Authorization") != "" {
		return storageError(http.StatusUnauthorized, "InvalidAuthenticationInfo", "The signature in the URL is the permission: send no Authorization header.")
	}
	if !hmac.Equal([]byte(q.Get("sig")), []byte(want)) {
		return storageError(http.StatusUnauthorized, "AuthenticationFailed", "The signature in the URL is missing or wrong.")
	}
	if q.Get("sp") != storagePermission(c.r.Method) {
		return storageError(http.StatusForbidden, "AuthorizationPermissionMismatch", "The URL permits something else.")
	}
	if end, err := time.Parse(time.RFC3339, q.Get("se")); err != nil || !c.now.Before(end) {
		return storageError(http.StatusForbidden, "AuthenticationFailed", "The URL has expired.")
	}
	return nil
}

// storageError is an error in the form of the storage.
func storageError(status int, code, message string) *answer {
	body := `<?xml version="1.0" encoding="utf-8"?><Error><Code>` + code + `</Code><Message>` + message + `</Message></Error>`
	return &answer{status: status, body: []byte(body),
		header: http.Header{"Content-Type": {"application/xml"}, "X-Ms-Error-Code": {code}}}
}

func storageMissing() *answer {
	return storageError(http.StatusNotFound, "BlobNotFound", "There is nothing at this address.")
}

// storedSession returns the session that a storage path names, settled; nil when there is none.
func (s *Server) storedSession(c *call) *sending {
	x := s.state.sendings[c.values["referenceNumber"]]
	if x != nil {
		s.settle(x, c.now)
	}
	return x
}

// downloadInvoiceUPO answers a signed GET of an invoice's receipt.
func (s *Server) downloadInvoiceUPO(c *call) (any, error) {
	if refused := c.storageAccess(); refused != nil {
		return refused, nil
	}
	number := strings.TrimSuffix(strings.TrimPrefix(c.values["file"], "upo_"), ".xml")
	s.mu.Lock()
	i := s.state.byNumber[number]
	s.mu.Unlock()
	if i == nil {
		return storageMissing(), nil // forgotten since the URL was signed
	}
	return s.invoiceReceiptFile(i)
}

// downloadSessionUPO answers a signed GET of a page of a session's receipt.
func (s *Server) downloadSessionUPO(c *call) (any, error) {
	if refused := c.storageAccess(); refused != nil {
		return refused, nil
	}
	s.mu.Lock()
	x := s.storedSession(c)
	s.mu.Unlock()
	if x == nil {
		return storageMissing(), nil
	}
	for page := range x.pages {
		if x.upoPath(page) == c.r.URL.Path {
			return s.sessionReceiptFile(x, page)
		}
	}
	return storageMissing(), nil
}
