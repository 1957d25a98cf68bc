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
			_, err = fmt.Fprintln(w, "+", name+is)
		case !has:
			_, err = fmt.Fprintln(w, "-", name+was)
		case was != is:
			_, err = fmt.Fprintf(w, "~ %s\n    was%s\n    is %s\n", name, was, is)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// flatten names everything in a contract and writes down what it is: an
// operation's head, each parameter, body and answer; a schema's head and each
// property and enumerated value.
func flatten(doc *contract.Document) map[string]string {
	p := &printer{}
	flat := map[string]string{}
	put := func(name string, v any) { flat[name] = " " + p.json(v) }
	for _, op := range doc.Operations {
		name := op.String()
		head := *op
		head.Since, head.Until, head.Usual = "", "", nil
		head.Parameters, head.Body, head.Responses = nil, nil, nil
		put(name, head)
		for _, param := range op.Parameters {
			put(name+" "+param.In+" "+param.Name, param)
		}
		if op.Body != nil {
			put(name+" body", op.Body)
		}
		for status, r := range op.Responses {
			put(fmt.Sprintf("%s %d", name, status), r)
		}
		for _, status := range op.Usual {
			put(fmt.Sprintf("%s %d", name, status), doc.Usual[status])
		}
	}
	for name, s := range doc.Schemas {
		head := *s
		head.Since, head.Properties, head.Enum = "", nil, nil
		put(name, head)
		for _, value := range s.Enum {
			flat[name+" = "+value] = ""
		}
		for property, ps := range s.Properties {
			ps := *ps
			ps.Since = ""
			put(name+"."+property, ps)
		}
	}
	return flat
}
