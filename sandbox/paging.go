package sandbox

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ksef-go/ksef"
)

// cursor is a place in a listing that is sorted from the newest on: behind this entry. Entries that
// come and go meanwhile shift nothing.
type cursor struct {
	List      string    `json:"l"` // which listing
	At        time.Time `json:"t"`
	Reference string    `json:"r"`
}

// compare orders the newest first.
func (a cursor) compare(b cursor) int {
	if c := b.At.Compare(a.At); c != 0 {
		return c
	}
	return strings.Compare(a.Reference, b.Reference)
}

// token is the cursor as clients see it: opaque.
func (a cursor) token() string { return base64.StdEncoding.EncodeToString([]byte(text(a))) }

// parseCursor reads a continuation token of the named listing.
func parseCursor(token, list string) (cursor, bool) {
	var a cursor
	raw, err := base64.StdEncoding.Strict().DecodeString(token)
	if err != nil {
		return a, false
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if d.Decode(&a) != nil || d.More() {
		return a, false
	}
	return a, a.List == list && a.Reference != "" && !a.At.IsZero()
}

// cursor is where the caller wants to go on; nil for the first page.
func (c *call) cursor(list string) (*cursor, error) {
	token := c.r.Header.Get("x-continuation-token")
	if token == "" {
		return nil, nil
	}
	a, ok := parseCursor(token, list)
	if !ok {
		return nil, bad(ksef.CodeInvalidCursor)
	}
	return &a, nil
}

// paginate sorts what was found, cuts out the page of the given size behind after, and returns the
// continuation token of the next one; "" when there is none.
func paginate[T any](found []T, list string, after *cursor, size int, at func(T) cursor) (page []T, next string) {
	return paginateBy(cursor.compare, found, list, after, size, at)
}

// paginateBy is paginate in another order.
func paginateBy[T any](compare func(a, b cursor) int, found []T, list string, after *cursor, size int, at func(T) cursor) (page []T, next string) {
	slices.SortFunc(found, func(a, b T) int { return compare(at(a), at(b)) })
	if after != nil {
		begin := slices.IndexFunc(found, func(t T) bool { return compare(*after, at(t)) < 0 })
		if begin < 0 {
			return nil, ""
		}
		found = found[begin:]
	}
	if len(found) <= size {
		return found, ""
	}
	last := at(found[size-1])
	last.List = list
	return found[:size], last.token()
}

// pageSize reads the parameter pageSize: from 10 to max, 10 when absent.
func (v *validation) pageSize(query url.Values, max int) int {
	const min = 10
	if !query.Has("pageSize") {
		return min
	}
	n, ok := v.number("pageSize", query.Get("pageSize"))
	if ok {
		v.between("pageSize", n, min, max)
	}
	return n
}

// number reads a parameter that must be a number. The text is ASP.NET's, which binds parameters.
func (v *validation) number(name, value string) (n int, ok bool) {
	n, err := strconv.Atoi(value)
	if err != nil {
		v.add("The value '%s' is not valid for %s.", value, name)
	}
	return n, err == nil
}

// search reads a parameter to look for, of three characters at least, and returns it in lower case.
func (v *validation) search(name string, query url.Values) string {
	value := query.Get(name)
	if n := utf16Length(value); query.Has(name) && n < 3 {
		v.add("The length of '%s' must be at least 3 characters. You entered %d characters.", name, n)
	}
	return strings.ToLower(value)
}

// pageOffset reads the parameter pageOffset: the index of a page, not of a row; 0 when absent.
func (v *validation) pageOffset(query url.Values) int {
	if !query.Has("pageOffset") {
		return 0
	}
	n, ok := v.number("pageOffset", query.Get("pageOffset"))
	if ok && n < 0 {
		v.add("'pageOffset' must be greater than or equal to '0'.")
	}
	return n
}

// pageAt cuts out the page with the given index, and tells whether there are more.
func pageAt[T any](found []T, offset, size int) (page []T, more bool) {
	if offset > len(found)/size { // beyond the end; offset×size might not fit in an int
		return nil, false
	}
	rest := found[min(offset*size, len(found)):]
	return rest[:min(size, len(rest))], len(rest) > size
}
