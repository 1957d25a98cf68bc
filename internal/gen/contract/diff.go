package main

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/ksef-go/ksef/internal/contract"
)

// diff prints what newer changes: "+" for what came, "-" for what went and "~"
// for what is different, sorted by name. Versions of the overlay do not count.
func diff(w io.Writer, old, newer *contract.Document) error {
	a, b := flatten(old), flatten(newer)
	all := maps.Clone(a)
	maps.Copy(all, b)
	if _, err := fmt.Fprintf(w, "%s -> %s\n", old.Version, newer.Version); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		was, had := a[name]
		is, has := b[name]
		var err error
		switch {
		case !had:
			_, err = fmt.Fprintf(w, "+ %s %s\n", name, is)
		case !has:
			_, err = fmt.Fprintf(w, "- %s %s\n", name, was)
		case was != is:
			_, err = fmt.Fprintf(w, "~ %s\n    was %s\n    is  %s\n", name, was, is)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// flatten names everything in a contract and writes down what it is: an
// operation's head, each parameter, body and answer; a schema's head and each
// property.
func flatten(doc *contract.Document) map[string]string {
	p := &printer{}
	flat := map[string]string{}
	for _, op := range doc.Operations {
		name := op.String()
		head := *op
		head.Since, head.Until, head.Usual = "", "", nil
		head.Parameters, head.Body, head.Responses = nil, nil, nil
		flat[name] = p.json(head)
		for _, param := range op.Parameters {
			flat[name+" "+param.In+" "+param.Name] = p.json(param)
		}
		if op.Body != nil {
			flat[name+" body"] = p.json(op.Body)
		}
		for status, r := range op.Responses {
			flat[fmt.Sprintf("%s %d", name, status)] = p.json(r)
		}
		for _, status := range op.Usual {
			flat[fmt.Sprintf("%s %d", name, status)] = p.json(doc.Usual[status])
		}
	}
	for name, s := range doc.Schemas {
		head := *s
		head.Since, head.Properties = "", nil
		head.Enum = slices.Sorted(slices.Values(head.Enum))
		flat[name] = p.json(head)
		for property, ps := range s.Properties {
			ps := *ps
			ps.Since = ""
			flat[name+"."+property] = p.json(ps)
		}
	}
	return flat
}
