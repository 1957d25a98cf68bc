package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/ksef-go/ksef"
)

// decode reads the body into v, one of this package's own structs. Names are bound without regard to
// case, because the official C# client writes them with capitals; unknown names and nulls are ignored.
// What is not JSON of the right types is 21001.
func (c *call) decode(v any) error {
	if t, _, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type")); t != "application/json" {
		return bare(http.StatusUnsupportedMediaType)
	}
	body, err := c.body()
	if err != nil {
		return err
	}
	return unmarshal(body, v)
}

// decodeOptional is decode for a body that may be absent.
func (c *call) decodeOptional(v any) error {
	if c.r.ContentLength == 0 {
		return nil
	}
	return c.decode(v)
}

// body reads the whole body.
func (c *call) body() ([]byte, error) {
	const most = 64 << 10 // what is announced may not come
	var content bytes.Buffer
	content.Grow(int(min(max(c.r.ContentLength, 0), most)) + bytes.MinRead)
	_, err := content.ReadFrom(c.r.Body)
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, bare(http.StatusRequestEntityTooLarge)
	}
	if err != nil {
		return nil, bad(ksef.CodeUnreadable)
	}
	return content.Bytes(), nil
}

func unmarshal(body []byte, v any) error {
	if !utf8.Valid(body) {
		return bad(ksef.CodeUnreadable, "The body is not UTF-8.")
	}
	if err := json.Unmarshal(body, v); err != nil {
		return bad(ksef.CodeUnreadable, err.Error())
	}
	return nil
}

// date is an instant in a request. KSeF also takes one without an offset; it counts as UTC.
type date time.Time

// UnmarshalJSON reads d.
func (d *date) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	t, ok := parseDate(s)
	if !ok {
		return fmt.Errorf("%q is not a date and time", s)
	}
	*d = date(t)
	return nil
}

// parseDate reads an instant in one of the forms that a date has.
func parseDate(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// after reports whether d was given and is later than t.
func (d *date) after(t time.Time) bool { return d != nil && time.Time(*d).After(t) }

// or returns d, or t when d was not given.
func (d *date) or(t time.Time) time.Time {
	if d == nil {
		return t
	}
	return time.Time(*d)
}

// validation collects what is wrong with a request. All of it goes into one 21405, in the words of
// FluentValidation, which is what KSeF uses.
type validation []string

func (v *validation) add(format string, args ...any) { *v = append(*v, fmt.Sprintf(format, args...)) }

// err is the refusal, or nil when nothing was found wrong.
func (v validation) err() error {
	if len(v) == 0 {
		return nil
	}
	return bad(ksef.CodeInvalidInput, v...)
}

func (v *validation) required(name string, given bool) bool {
	if !given {
		v.add("'%s' must not be empty.", name)
	}
	return given
}

// form demands that a value is there and well-formed.
func (v *validation) form(name, value string, wellFormed bool) {
	if v.required(name, value != "") && !wellFormed {
		v.add("'%s' is not in the correct format.", name)
	}
}

func (v *validation) nip(name, value string) { v.form(name, value, isNIP(value)) }

// reference is the reference number in the path.
func (c *call) reference() (string, error) {
	reference := c.values["referenceNumber"]
	var v validation
	v.length("referenceNumber", reference, 36, 36)
	return reference, v.err()
}

// length demands a text of min to max characters, in UTF-16 units as .NET counts.
func (v *validation) length(name, value string, min, max int) {
	n := utf16Length(value)
	switch {
	case !v.required(name, strings.TrimSpace(value) != ""), n >= min && n <= max:
	case min == max:
		v.add("'%s' must be %d characters in length. You entered %d characters.", name, min, n)
	default:
		v.add("'%s' must be between %d and %d characters. You entered %d characters.", name, min, max, n)
	}
}

// upTo demands a text of at most max characters.
func (v *validation) upTo(name, value string, max int) {
	if n := utf16Length(value); v.required(name, strings.TrimSpace(value) != "") && n > max {
		v.add("The length of '%s' must be %d characters or fewer. You entered %d characters.", name, max, n)
	}
}

func utf16Length(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// atMostTen demands a list of no more than ten entries, which is all that KSeF takes of many things, each well-formed.
func (v *validation) atMostTen(name string, list []string, wellFormed func(string) bool) {
	const max = 10
	if len(list) > max {
		v.add("'%s' must contain %d items or fewer. You entered %d items.", name, max, len(list))
	}
	for i, s := range list {
		v.form(index(name, i), s, wellFormed(s))
	}
}

// between demands a number from min to max.
func (v *validation) between(name string, n, min, max int) {
	if n < min || n > max {
		v.add("'%s' must be between %d and %d. You entered %d.", name, min, max, n)
	}
}

// flag demands true or false; nothing means false.
func (v *validation) flag(name, value string) bool {
	return value != "" && v.oneOf(name, value, "true", "false") == "true"
}

// oneOf demands one of the allowed values, without regard to case, and returns it as the contract spells it.
func (v *validation) oneOf(name, value string, allowed ...string) string {
	if i := slices.IndexFunc(allowed, func(a string) bool { return strings.EqualFold(a, value) }); i >= 0 {
		return allowed[i]
	}
	if v.required(name, value != "") {
		v.add("'%s' has a range of values which does not include '%s'.", name, value)
	}
	return value
}

// somePermissions is the permissions of a grant, of which there must be one.
func (v *validation) somePermissions(given []string, allowed []ksef.Permission) []ksef.Permission {
	v.required("permissions", len(given) > 0)
	return v.permissions("permissions", given, allowed)
}

// permissions demands permissions out of those allowed, each once, and spells them as the contract does.
func (v *validation) permissions(name string, given []string, allowed []ksef.Permission) []ksef.Permission {
	var out []ksef.Permission
	for i, s := range given {
		p := ksef.Permission(v.oneOf(index(name, i), s, names(allowed)...))
		if slices.Contains(out, p) {
			v.add("'%s' must contain unique values.", name)
		}
		out = append(out, p)
	}
	return out
}

// identifier demands an identifier of one of the kinds, and spells its kind as the contract does.
func (v *validation) identifier(name string, id *identifier, kinds ...ksef.Kind) {
	id.Type = ksef.Kind(v.oneOf(name+".type", string(id.Type), names(kinds)...))
	if slices.Contains(kinds, id.Type) {
		v.form(name+".value", id.Value, id.wellFormed())
	} else {
		v.required(name+".value", id.Value != "")
	}
}

// identifierOr is identifier, but takes a further kind, of which there is no value.
func (v *validation) identifierOr(name string, id *identifier, bare ksef.Kind, kinds ...ksef.Kind) {
	if !strings.EqualFold(string(id.Type), string(bare)) {
		v.identifier(name, id, append([]ksef.Kind{bare}, kinds...)...)
		return
	}
	if id.Type = bare; id.Value != "" {
		v.add("'%s.value' must be empty.", name)
	}
}

// index is the name of an entry of a list.
func index(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }
