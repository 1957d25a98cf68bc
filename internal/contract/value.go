package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// A value is what a JSON text holds: nil, bool, json.Number, string, []any or
// object.

// An object keeps its members in order and its duplicates, which a map would
// swallow: readers disagree on which one counts.
type object []member

type member struct {
	name  string
	value any
}

// maxDepth is far beyond any schema of the contract and far below what would
// trouble the stack.
const maxDepth = 64

// decode reads one JSON value in UTF-8 and nothing after it.
func decode(data []byte) (any, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("text that is not UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	v, err := next(dec, 0)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one value, at byte %d", dec.InputOffset())
	}
	return v, nil
}

func next(dec *json.Decoder, depth int) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return token, nil
	}
	if depth == maxDepth {
		return nil, fmt.Errorf("more than %d levels", maxDepth)
	}
	if delim == '[' {
		list := []any{}
		for dec.More() {
			v, err := next(dec, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = dec.Token()
		return list, err
	}
	obj := object{}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		v, err := next(dec, depth+1)
		if err != nil {
			return nil, err
		}
		obj = append(obj, member{name.(string), v})
	}
	_, err = dec.Token()
	return obj, err
}

// typeOf names the type of a value as schemas do.
func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case object:
		return "object"
	case json.Number:
		if isInteger(string(v)) {
			return "integer"
		}
	}
	return "number"
}

// isInteger wants an optional sign and digits.
func isInteger(s string) bool {
	if len(s) > 0 && s[0] == '-' {
		s = s[1:]
	}
	if s == "" {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
