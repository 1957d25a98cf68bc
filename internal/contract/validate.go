package contract

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A check collects the violations in one place of an exchange.
type check struct {
	where Where
	found []Violation
}

func (c *check) fail(path string, rule Rule, want, got string) {
	c.found = append(c.found, Violation{c.where, path, rule, want, got})
}

// Validate checks a JSON text against the schema. The violations are said to be
// in where.
func (s *Schema) Validate(data []byte, where Where) []Violation {
	c := &check{where: where}
	c.json(data, s)
	return c.found
}

func (c *check) json(data []byte, s *Schema) {
	v, err := decode(data)
	if err != nil {
		c.fail("", Malformed, "JSON", err.Error())
		return
	}
	c.value("", v, s)
}

func (c *check) value(path string, v any, s *Schema) {
	target := s.Resolve()
	if v == nil {
		if !s.Nullable && !target.Nullable && target.Type != "" {
			c.fail(path, Null, target.Type, "null")
		}
		return
	}
	s = target
	if got := typeOf(v); s.Type != "" && got != s.Type && !(got == "integer" && s.Type == "number") {
		c.fail(path, Type, s.Type, got)
		return
	}
	switch v := v.(type) {
	case string:
		c.text(path, v, s)
	case json.Number:
		c.number(path, string(v), s)
	case []any:
		c.array(path, v, s)
	case object:
		c.object(path, v, s)
	}
}

func (c *check) text(path, v string, s *Schema) {
	if s.MinLength != nil {
		if n := utf8.RuneCountInString(v); n < *s.MinLength {
			c.fail(path, MinLength, fmt.Sprintf("at least %d characters", *s.MinLength), strconv.Itoa(n))
		}
	}
	if s.MaxLength != nil {
		if n := lengthUTF16(v); n > *s.MaxLength {
			c.fail(path, MaxLength, fmt.Sprintf("at most %d characters", *s.MaxLength), strconv.Itoa(n))
		}
	}
	if s.Enum != nil && !slices.Contains(s.Enum, v) {
		c.fail(path, Enum, "one of "+strings.Join(s.Enum, ", "), quote(v))
	}
	if s.pattern != nil && !s.pattern.MatchString(v) {
		c.fail(path, Pattern, s.Pattern, quote(v))
	}
	if s.Format != "" && !formats[s.Format](v) {
		c.fail(path, Format, s.Format, quote(v))
	}
}

// lengthUTF16 counts UTF-16 units: two for each character beyond the basic
// plane, whose UTF-8 form takes four bytes.
func lengthUTF16(s string) int {
	n := utf8.RuneCountInString(s)
	for i := range len(s) {
		if s[i] >= 0xF0 {
			n++
		}
	}
	return n
}

func (c *check) number(path, v string, s *Schema) {
	if s.Format != "" && !formats[s.Format](v) {
		c.fail(path, Format, s.Format, quote(v))
		return
	}
	// Beyond 2⁵³ float64 is coarse, but no bound of the contract is there.
	n, err := strconv.ParseFloat(v, 64)
	if err != nil {
		c.fail(path, Format, "a number that fits a float64", quote(v))
		return
	}
	if min := s.Minimum; min != nil && (n < *min || s.ExclusiveMinimum && n == *min) {
		c.fail(path, Minimum, bound("at least", "more than", s.ExclusiveMinimum, *min), v)
	}
	if max := s.Maximum; max != nil && (n > *max || s.ExclusiveMaximum && n == *max) {
		c.fail(path, Maximum, bound("at most", "less than", s.ExclusiveMaximum, *max), v)
	}
}

func bound(inclusive, exclusive string, isExclusive bool, n float64) string {
	if isExclusive {
		inclusive = exclusive
	}
	return inclusive + " " + strconv.FormatFloat(n, 'f', -1, 64)
}

func (c *check) array(path string, v []any, s *Schema) {
	if s.MinItems != nil && len(v) < *s.MinItems {
		c.fail(path, MinItems, fmt.Sprintf("at least %d items", *s.MinItems), strconv.Itoa(len(v)))
	}
	if s.MaxItems != nil && len(v) > *s.MaxItems {
		c.fail(path, MaxItems, fmt.Sprintf("at most %d items", *s.MaxItems), strconv.Itoa(len(v)))
	}
	for i, item := range v {
		at := path + "/" + strconv.Itoa(i)
		if s.Items != nil {
			c.value(at, item, s.Items)
		}
		if s.UniqueItems && slices.ContainsFunc(v[:i], func(other any) bool { return reflect.DeepEqual(item, other) }) {
			c.fail(at, UniqueItems, "items that differ", "a repetition")
		}
	}
}

func (c *check) object(path string, v object, s *Schema) {
	if s.Type == "" {
		return
	}
	seen := make(map[string]bool, len(v))
	for _, m := range v {
		at := path + "/" + pointerEscape.Replace(m.name)
		if seen[m.name] {
			c.fail(at, Duplicate, "one member of that name", "another")
		}
		seen[m.name] = true
		if p := s.Properties[m.name]; p != nil {
			c.value(at, m.value, &p.Schema)
		} else if s.Values != nil {
			c.value(at, m.value, s.Values)
		} else {
			c.fail(at, Unknown, "a documented property", typeOf(m.value))
		}
	}
	for _, name := range s.must {
		if !seen[name] {
			c.fail(path+"/"+pointerEscape.Replace(name), Required, s.Properties[name].Resolve().Type, "nothing")
		}
	}
}

// pointerEscape is RFC 6901, section 3.
var pointerEscape = strings.NewReplacer("~", "~0", "/", "~1")
