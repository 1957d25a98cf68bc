package contract

import (
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// formats maps the formats of the OpenAPI document to their check, which gets
// the text of a string or of a number. A contract with another format does not
// load: a format that is not checked would be a hole.
var formats = map[string]func(string) bool{
	"date-time": isDateTime,
	"date":      func(s string) bool { _, err := time.Parse(time.DateOnly, s); return err == nil },
	"byte":      isBase64,
	"uri":       isURI,
	"uuid":      isUUID,
	"int32":     func(s string) bool { _, err := strconv.ParseInt(s, 10, 32); return err == nil },
	"int64":     func(s string) bool { _, err := strconv.ParseInt(s, 10, 64); return err == nil },
	"double":    func(s string) bool { _, err := strconv.ParseFloat(s, 64); return err == nil },
}

// isDateTime accepts RFC 3339 with an upper-case T, an offset or Z, and at most
// seven fraction digits, all that KSeF's platform holds. time.Parse alone would
// take one-digit hours, commas and nine digits.
func isDateTime(s string) bool {
	const date, zone = len("2006-01-02T15:04:05"), len("+00:00")
	if len(s) <= date || s[10] != 'T' {
		return false
	}
	rest := s[date:]
	if fraction, ok := strings.CutPrefix(rest, "."); ok {
		rest = strings.TrimLeft(fraction, "0123456789")
		if n := len(fraction) - len(rest); n < 1 || n > 7 {
			return false
		}
	}
	if rest != "Z" && len(rest) != zone {
		return false
	}
	_, err := time.Parse(time.RFC3339, s)
	return err == nil
}

// isBase64 accepts the standard alphabet with padding. Line ends, which
// encoding/base64 skips, are refused.
func isBase64(s string) bool {
	if strings.ContainsAny(s, "\r\n") {
		return false
	}
	_, err := base64.StdEncoding.DecodeString(s)
	return err == nil
}

func isURI(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.IsAbs() && u.Host != ""
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch i {
		case 8, 13, 18, 23:
			if s[i] != '-' {
				return false
			}
		default:
			if !strings.ContainsRune("0123456789abcdefABCDEF", rune(s[i])) {
				return false
			}
		}
	}
	return true
}
