package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

const xsd = "http://www.w3.org/2001/XMLSchema"

// qname is a name in a namespace.
type qname struct{ space, local string }

func (q qname) String() string { return "{" + q.space + "}" + q.local }

// node is one element of a schema document, annotations left out.
type node struct {
	local  string
	attrs  map[string]string
	spaces map[string]string // prefixes declared here
	parent *node
	kids   []*node
	file   *file
	line   int
}

// file is one schema document.
type file struct {
	path                 string
	space                string // target namespace
	elements, attributes bool   // local names are qualified
}

func (n *node) at(name string) string { return n.attrs[name] }

func (n *node) errorf(format string, a ...any) error {
	return fmt.Errorf("%s:%d: %s", filepath.Base(n.file.path), n.line, fmt.Sprintf(format, a...))
}

// resolve reads a QName in the namespaces in scope at n.
func (n *node) resolve(name string) qname {
	prefix, local, ok := strings.Cut(strings.TrimSpace(name), ":")
	if !ok {
		prefix, local = "", prefix
	}
	for ; n != nil; n = n.parent {
		if space, ok := n.spaces[prefix]; ok {
			return qname{space, local}
		}
	}
	if prefix == "xml" {
		return qname{"http://www.w3.org/XML/1998/namespace", local}
	}
	return qname{"", local}
}

// source is a schema and all that it imports and includes. The files lie in
// one folder tree; a schemaLocation is found by its last part, because the
// ministry's schemas name each other by URLs that need no network here.
type source struct {
	locate map[string]string // last part of a path → path
	files  map[string]*file
	types  map[qname]*node
	elems  map[qname]*node
	attrs  map[qname]*node
}

// load reads the schemas at roots, whose imports lie in the folder of the first
// root or below.
func load(roots ...string) (*source, error) {
	s := &source{
		locate: map[string]string{}, files: map[string]*file{},
		types: map[qname]*node{}, elems: map[qname]*node{}, attrs: map[qname]*node{},
	}
	folder := filepath.Dir(roots[0])
	for _, pattern := range []string{"*.xsd", "*/*.xsd", "../fa/bazowe/*.xsd"} {
		found, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			s.locate[filepath.Base(f)] = f
		}
	}
	for _, root := range roots {
		if err := s.add(root, ""); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// add reads the document at path; an included document without a target
// namespace takes that of its includer.
func (s *source) add(at, space string) error {
	if s.files[at] != nil {
		return nil
	}
	root, err := parse(at)
	if err != nil {
		return err
	}
	f := root.file
	s.files[at] = f
	f.space = root.at("targetNamespace")
	if f.space == "" {
		f.space = space
	}
	f.elements = root.at("elementFormDefault") == "qualified"
	f.attributes = root.at("attributeFormDefault") == "qualified"
	for _, k := range root.kids {
		name := qname{f.space, k.at("name")}
		switch k.local {
		case "import", "include":
			location := k.at("schemaLocation")
			if location == "" {
				continue
			}
			next, ok := s.locate[path.Base(location)]
			if !ok {
				return k.errorf("schema %q is not there", location)
			}
			if err := s.add(next, f.space); err != nil {
				return err
			}
		case "simpleType", "complexType":
			s.types[name] = k
		case "element":
			s.elems[name] = k
		case "attribute":
			s.attrs[name] = k
		default:
			return k.errorf("xs:%s is not supported", k.local)
		}
	}
	return nil
}

// parse reads one schema document into nodes.
func parse(at string) (*node, error) {
	r, err := os.Open(at)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	f := &file{path: at}
	d := xml.NewDecoder(r)
	var root, top *node
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return root, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Space != xsd || t.Name.Local == "annotation" {
				if err := d.Skip(); err != nil {
					return nil, fmt.Errorf("%s: %w", at, err)
				}
				continue
			}
			line, _ := d.InputPos()
			n := &node{local: t.Name.Local, attrs: map[string]string{}, spaces: map[string]string{}, parent: top, file: f, line: line}
			for _, a := range t.Attr {
				switch {
				case a.Name.Space == "xmlns":
					n.spaces[a.Name.Local] = a.Value
				case a.Name.Space == "" && a.Name.Local == "xmlns":
					n.spaces[""] = a.Value
				case a.Name.Space == "":
					n.attrs[a.Name.Local] = a.Value
				}
			}
			if top == nil {
				root = n
			} else {
				top.kids = append(top.kids, n)
			}
			top = n
		case xml.EndElement:
			top = top.parent
		}
	}
}
