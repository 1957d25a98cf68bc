package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/ksef-go/ksef/internal/contract"
)

// usualFrom is how many operations must share an answer to make it usual.
const usualFrom = 20

// render writes a contract so that a change of the API is a change of few
// lines: an operation's parameters, its unusual answers and a schema's
// properties have a line each.
func render(doc *contract.Document) ([]byte, error) {
	pool(doc)
	p := &printer{}
	p.line("{")
	p.line(`"version": %s,`, p.json(doc.Version))
	p.line(`"usual": {`)
	list(p, slices.Sorted(maps.Keys(doc.Usual)), func(status int) string {
		return fmt.Sprintf(`  "%d": %s`, status, p.json(doc.Usual[status]))
	})
	p.line("},")
	p.line(`"operations": [`)
	list(p, doc.Operations, p.operation)
	p.line("],")
	p.line(`"schemas": {`)
	list(p, slices.Sorted(maps.Keys(doc.Schemas)), func(name string) string {
		return "  " + p.json(name) + ": " + p.schema(doc.Schemas[name])
	})
	p.line("}")
	p.line("}")
	return p.buf.Bytes(), p.err
}

// pool moves answers that most operations share to doc.Usual.
func pool(doc *contract.Document) {
	p := &printer{}
	count := map[string]int{}
	key := func(status int, r *contract.Response) string { return fmt.Sprint(status, p.json(r)) }
	for _, op := range doc.Operations {
		for status, r := range op.Responses {
			count[key(status, r)]++
		}
	}
	doc.Usual = map[int]*contract.Response{}
	for _, op := range doc.Operations {
		for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
			if r := op.Responses[status]; status >= 400 && count[key(status, r)] >= usualFrom {
				doc.Usual[status] = r
				op.Usual = append(op.Usual, status)
				delete(op.Responses, status)
			}
		}
		slices.Sort(op.Usual)
	}
}

type printer struct {
	buf bytes.Buffer
	err error
}

func (p *printer) line(format string, args ...any) {
	fmt.Fprintf(&p.buf, format+"\n", args...)
}

func list[T any](p *printer, items []T, text func(T) string) {
	for i, item := range items {
		comma := ","
		if i == len(items)-1 {
			comma = ""
		}
		p.line("%s%s", text(item), comma)
	}
}

// json is compact, without the escapes for HTML that would spoil patterns.
func (p *printer) json(v any) string {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil && p.err == nil {
		p.err = err
	}
	return string(bytes.TrimSuffix(buf.Bytes(), []byte("\n")))
}

// operation breaks the line before each parameter, body and answer.
func (p *printer) operation(op *contract.Operation) string {
	head := *op
	head.Parameters, head.Body, head.Responses = nil, nil, nil
	text := p.json(head)
	text = text[:len(text)-1]
	if len(op.Parameters) > 0 {
		text += `, "parameters": [`
		for i, param := range op.Parameters {
			text += comma(i) + "\n    " + p.json(param)
		}
		text += "]"
	}
	if op.Body != nil {
		text += ",\n    " + `"body": ` + p.json(op.Body)
	}
	text += ",\n    " + `"responses": {`
	for i, status := range slices.Sorted(maps.Keys(op.Responses)) {
		text += comma(i) + fmt.Sprintf(`"%d": %s`, status, p.json(op.Responses[status]))
	}
	return "  " + text + "}}"
}

// schema gives each property of an object its line.
func (p *printer) schema(s *contract.Schema) string {
	if len(s.Properties) == 0 {
		return p.json(s)
	}
	head := *s
	head.Properties = nil
	text := p.json(head)
	text = text[:len(text)-1] + `,"properties": {`
	for i, name := range slices.Sorted(maps.Keys(s.Properties)) {
		text += comma(i) + "\n    " + p.json(name) + ": " + p.json(s.Properties[name])
	}
	return text + "}}"
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}
