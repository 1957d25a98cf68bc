package qr

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"
)

// maxLink is how long a link can be: an RSA signature of 16384 bits would fit.
const maxLink = 4096

// Parse reads a link of either kind, at whatever base. One slash at its end is overlooked. It does not verify the
// signature; [CertificateLink.Verify] does. It fails with [ErrNotLink] or, where a part is malformed, with a
// [*FieldError].
func Parse(link string) (Link, error) {
	if len(link) > maxLink {
		return nil, ErrNotLink
	}
	parts := strings.Split(strings.TrimSuffix(link, "/"), "/")
	if base, rest, ok := cut(parts, 3); ok && rest[0] == "invoice" {
		return parseInvoice(base, rest[1:])
	}
	if base, rest, ok := cut(parts, 6); ok && rest[0] == "certificate" {
		return parseCertificate(base, rest[1:])
	}
	return nil, ErrNotLink
}

// cut takes off the last n parts and the one before.
func cut(parts []string, n int) (base Base, rest []string, ok bool) {
	at := len(parts) - n - 1
	if at < 1 {
		return "", nil, false
	}
	return Base(strings.Join(parts[:at], "/")), parts[at:], true
}

func parseInvoice(base Base, parts []string) (Link, error) {
	l := &InvoiceLink{Base: base, SellerNIP: parts[0]}
	var err error
	if l.Issued, err = time.Parse(dateLayout, parts[1]); err != nil {
		return nil, &FieldError{"date of issue", parts[1], "DD-MM-YYYY"}
	}
	if l.Hash, err = parseHash(parts[2]); err != nil {
		return nil, err
	}
	if _, err := l.URL(); err != nil {
		return nil, err
	}
	return l, nil
}

func parseCertificate(base Base, parts []string) (Link, error) {
	l := &CertificateLink{Base: base, Context: Context{ContextType(parts[0]), parts[1]}, SellerNIP: parts[2], Serial: parts[3]}
	hash, err := parseHash(parts[4])
	signature, noBase64 := decode(parts[5])
	if noBase64 != nil {
		err = cmp.Or(err, error(&FieldError{"signature", parts[5], "Base64URL without padding"}))
	}
	if err != nil {
		return nil, err
	}
	l.Hash, l.Signature = hash, signature
	if _, err := l.URL(); err != nil {
		return nil, err
	}
	return l, nil
}

// decode reads Base64URL. Package base64 passes over line ends, which no link has.
func decode(s string) ([]byte, error) {
	if at := strings.IndexAny(s, "\r\n"); at >= 0 {
		return nil, base64.CorruptInputError(at)
	}
	return base64.RawURLEncoding.Strict().DecodeString(s)
}

func parseHash(s string) (hash [sha256.Size]byte, err error) {
	raw, err := decode(s)
	if err != nil || len(raw) != len(hash) {
		return hash, &FieldError{"hash", s, "43 characters of Base64URL"}
	}
	return [sha256.Size]byte(raw), nil
}
