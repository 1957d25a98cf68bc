package contract

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// ValidateRequest checks a request for this operation: path parameters, query,
// headers, bearer token and body, which the caller has read from r. The path
// may have any prefix before the operation's own.
func (op *Operation) ValidateRequest(r *http.Request, body []byte) []Violation {
	found := op.path(r.URL.EscapedPath())
	found = append(found, op.query(r.URL.RawQuery)...)
	found = append(found, op.headers(r.Header)...)

	c := &check{where: InRequestBody}
	switch {
	case op.Body == nil && len(body) > 0:
		c.fail("", Unwanted, "no body", strconv.Itoa(len(body))+" bytes")
	case op.Body != nil && len(body) == 0:
		if op.Body.Required {
			c.fail("", Required, "a body", "nothing")
		}
	case op.Body != nil:
		c.body(InRequestHeader, r.Header, body, op.Body.Content)
	}
	return append(found, c.found...)
}

// ValidateResponse checks an answer of this operation. A status that the
// operation does not document is a violation of the rule [Status], and the rest
// is not looked at then.
func (op *Operation) ValidateResponse(status int, header http.Header, body []byte) []Violation {
	response := op.Responses[status]
	if response == nil {
		var documented []string
		for _, s := range slices.Sorted(maps.Keys(op.Responses)) {
			documented = append(documented, strconv.Itoa(s))
		}
		return []Violation{{InResponse, "", Status, "one of " + strings.Join(documented, ", "), strconv.Itoa(status)}}
	}
	c := &check{where: InResponseHeader}
	for _, name := range slices.Sorted(maps.Keys(response.Headers)) {
		c.strings(name, header.Values(name), response.Headers[name])
	}
	c.where = InResponseBody
	switch {
	case len(response.Content) == 0 && len(body) > 0:
		c.fail("", Unwanted, "no body", strconv.Itoa(len(body))+" bytes")
	case len(response.Content) > 0 && len(body) == 0:
		c.fail("", Required, "a body", "nothing")
	case len(response.Content) > 0:
		c.body(InResponseHeader, header, body, response.Content)
	}
	return c.found
}

// path matches as many segments as the operation has, counted from the end.
func (op *Operation) path(escaped string) []Violation {
	c := &check{where: InPath}
	segments := strings.Split(strings.TrimPrefix(escaped, "/"), "/")
	segments = segments[max(0, len(segments)-len(op.segments)):]
	values, ok := op.match(segments)
	if !ok {
		c.fail("", NoOperation, op.Path, quote(escaped))
		return c.found
	}
	for _, p := range op.Parameters {
		if p.In == "path" {
			c.value(p.Name, fromText(values[p.Name], p.Schema), p.Schema)
		}
	}
	return c.found
}

func (op *Operation) query(raw string) []Violation {
	c := &check{where: InQuery}
	query, err := url.ParseQuery(raw)
	if err != nil {
		c.fail("", Malformed, "a query string", "an error in it")
	}
	for _, p := range op.Parameters {
		if p.In != "query" {
			continue
		}
		if values, ok := query[p.Name]; ok {
			c.strings(p.Name, values, p.Schema)
			delete(query, p.Name)
		} else if p.Required {
			c.fail(p.Name, Required, p.Schema.Resolve().Type, "nothing")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		c.fail(name, Unknown, "a documented parameter", "another")
	}
	return c.found
}

func (op *Operation) headers(header http.Header) []Violation {
	c := &check{where: InRequestHeader}
	if op.Bearer {
		scheme, token, _ := strings.Cut(header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") || token == "" {
			c.fail("Authorization", Required, "a bearer token", "none")
		}
	}
	for _, p := range op.Parameters {
		if p.In == "header" {
			c.strings(p.Name, header.Values(p.Name), p.Schema)
		}
	}
	return c.found
}

// strings checks the values of a query parameter or header. An array is a
// repeated parameter, everything else comes once.
func (c *check) strings(name string, values []string, s *Schema) {
	target := s.Resolve()
	if target.Type == "array" {
		list := make([]any, len(values))
		for i, v := range values {
			list[i] = fromText(v, target.Items)
		}
		c.value(name, list, s)
		return
	}
	if len(values) > 1 {
		c.fail(name, Duplicate, "one value", strconv.Itoa(len(values)))
	}
	for _, v := range values {
		c.value(name, fromText(v, s), s)
	}
}

// fromText reads the text of a parameter as the value it stands for, and leaves
// it a string where it cannot, so that the type is found wrong.
func fromText(text string, s *Schema) any {
	switch s.Resolve().Type {
	case "boolean":
		if text == "true" || text == "false" {
			return text == "true"
		}
	case "integer", "number":
		if json.Valid([]byte(text)) && (text[0] == '-' || text[0] >= '0' && text[0] <= '9') {
			return json.Number(text)
		}
	}
	return text
}

// body checks the media type and then the text against its schema. XML is only
// asked to be well-formed: its schemas are not the contract's.
func (c *check) body(inHeader Where, header http.Header, body []byte, content map[string]*Schema) {
	raw := header.Get("Content-Type")
	media, params, err := mime.ParseMediaType(raw)
	schema := content[media]
	charset := params["charset"]
	if err != nil || schema == nil || charset != "" && !strings.EqualFold(charset, "utf-8") {
		want := strings.Join(slices.Sorted(maps.Keys(content)), " or ")
		c.found = append(c.found, Violation{inHeader, "Content-Type", MediaType, want, quote(raw)})
		return
	}
	if media == "application/xml" {
		if err := wellFormed(body); err != nil {
			c.fail("", Malformed, "XML", err.Error())
		}
		return
	}
	c.json(body, schema)
}

func wellFormed(body []byte) error {
	dec := xml.NewDecoder(bytes.NewReader(body))
	for elements := 0; ; {
		switch token, err := dec.Token(); {
		case err == io.EOF && elements == 0:
			return errors.New("no element")
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		default:
			if _, ok := token.(xml.StartElement); ok {
				elements++
			}
		}
	}
}
