package schema

import "bytes"

const (
	instanceURI = "http://www.w3.org/2001/XMLSchema-instance"
	xmlURI      = "http://www.w3.org/XML/1998/namespace"
	xmlnsURI    = "http://www.w3.org/2000/xmlns/"
)

// isDeclaration reports whether a declares a namespace, and the prefix.
func (v *validator) isDeclaration(a *attr) (prefix []byte, ok bool) {
	if a.colon < 0 {
		return nil, a.nameEnd-a.name == 5 && string(v.buf[a.name:a.nameEnd]) == "xmlns"
	}
	return v.buf[a.colon+1 : a.nameEnd], a.colon-a.name == 5 && string(v.buf[a.name:a.colon]) == "xmlns"
}

// resolveTag takes in the namespace declarations of the tag and resolves its
// names. It returns the namespace of the element.
func (v *validator) resolveTag() (space uint16, ok bool) {
	t := &v.tag
	for i := range t.attrs {
		a := &t.attrs[i]
		if prefix, ok := v.isDeclaration(a); ok && !v.bind(a, prefix) {
			return 0, false
		}
	}
	if space, ok = v.resolve(t.name, t.colon, v.space); !ok {
		return 0, false
	}
	for i := range t.attrs {
		a := &t.attrs[i]
		if _, declares := v.isDeclaration(a); declares {
			a.space = noSpace
			a.id = declaresSpace
		} else {
			if a.space, ok = v.resolve(a.name, a.colon, noSpace); !ok {
				return 0, false
			}
			a.id = v.table.find(v.buf[a.local():a.nameEnd], a.sum, a.space)
		}
		for j := range i {
			b := &t.attrs[j]
			if a.sum != b.sum || !bytes.Equal(v.buf[a.local():a.nameEnd], v.buf[b.local():b.nameEnd]) {
				continue
			}
			sameName := bytes.Equal(v.buf[a.name:a.nameEnd], v.buf[b.name:b.nameEnd])
			if sameName || a.space == b.space && a.id != declaresSpace && b.id != declaresSpace {
				v.fail(CodeDuplicateAttribute, a.name, excerpt(v.buf[a.name:a.nameEnd]), "")
				return 0, false
			}
		}
	}
	return space, true
}

// declaresSpace is the id of a namespace declaration among the attributes.
const declaresSpace = 1<<16 - 1

// bind takes in the namespace declaration a: Namespaces in XML 1.0 §3.
func (v *validator) bind(a *attr, prefix []byte) bool {
	uri := v.value(a)
	reserved := string(uri) == xmlnsURI || (string(uri) == xmlURI) != (string(prefix) == "xml")
	if reserved || string(prefix) == "xmlns" || a.colon >= 0 && len(uri) == 0 {
		v.fail(CodeNamespace, a.name, excerpt(v.buf[a.name:a.nameEnd]), "")
		return false
	}
	space, ok := v.spaceOf(uri)
	if !ok || len(v.bindings) == maxBindings {
		v.fail(CodeLimit, a.name, "", "")
		return false
	}
	if a.colon < 0 {
		v.space = space
		return true
	}
	from := len(v.prefixes)
	v.prefixes = append(v.prefixes, prefix...)
	v.bindings = append(v.bindings, binding{span{from, len(v.prefixes)}, space})
	return true
}

// unknownSpace is the number of the first namespace that the table does not
// know.
const unknownSpace = 1 << 15

// spaceOf numbers the namespace called uri.
func (v *validator) spaceOf(uri []byte) (uint16, bool) {
	for i, s := range v.table.namespaces {
		if s == string(uri) {
			return uint16(i), true
		}
	}
	for i, s := range v.spaces {
		if bytes.Equal(v.uris[s.from:s.to], uri) {
			return unknownSpace + uint16(i), true
		}
	}
	if len(v.spaces) == maxSpaces {
		return 0, false
	}
	from := len(v.uris)
	v.uris = append(v.uris, uri...)
	v.spaces = append(v.spaces, span{from, len(v.uris)})
	return unknownSpace + uint16(len(v.spaces)-1), true
}

// uri names a namespace.
func (v *validator) uri(space uint16) string {
	if space < unknownSpace {
		return v.table.namespaces[space]
	}
	s := v.spaces[space-unknownSpace]
	return excerpt(v.uris[s.from:s.to])
}

// resolve returns the namespace of a name in the tag: that of its prefix, or
// without.
func (v *validator) resolve(name, colon int, without uint16) (uint16, bool) {
	if colon < 0 {
		return without, true
	}
	space, ok := v.lookup(v.buf[name:colon])
	if !ok {
		v.fail(CodeNamespace, name, excerpt(v.buf[name:colon]), "")
	}
	return space, ok
}

// lookup finds the namespace that prefix stands for.
func (v *validator) lookup(prefix []byte) (uint16, bool) {
	for i := len(v.bindings) - 1; i >= 0; i-- {
		b := &v.bindings[i]
		if string(v.prefixes[b.prefix.from:b.prefix.to]) == string(prefix) {
			return b.space, true
		}
	}
	return xmlSpace, string(prefix) == "xml"
}

// value returns the value of a, good until the next call.
func (v *validator) value(a *attr) []byte {
	if a.verbatim {
		return v.buf[a.value:a.valueEnd]
	}
	v.attrText = v.appendValue(v.attrText[:0], a)
	return v.attrText
}

// checkTag checks the attributes of the element f and readies it for content.
func (v *validator) checkTag(f *frame) {
	t := v.table
	for i := range v.tag.attrs {
		if a := &v.tag.attrs[i]; a.space == instanceSpace {
			v.instanceAttribute(f, a)
		}
	}
	if f.typ.abstract {
		v.violate(CodeAbstract, v.tag.from, t.names[f.typ.name].local, "")
		f.typ = nil
		return
	}
	var found uint64
	for i := range v.tag.attrs {
		a := &v.tag.attrs[i]
		if a.id == declaresSpace {
			continue
		}
		n := v.findAttribute(f.typ, a.id)
		switch {
		case n != 0:
			found |= 1 << (n - f.typ.attrs[0])
			v.checkAttribute(a, &t.attributes[n])
		case a.space == instanceSpace && v.isInstanceAttribute(a):
		case f.typ.content == anyContent:
			v.wildAttribute(a, lax)
		case f.typ.anyAttr != 0 && t.wildcards[f.typ.anyAttr].admits(a.space):
			v.wildAttribute(a, t.wildcards[f.typ.anyAttr].process)
		default:
			v.violateAttribute(CodeUnexpectedAttribute, a, excerpt(v.buf[a.name:a.nameEnd]), "")
		}
	}
	for n := f.typ.attrs[0]; n < f.typ.attrs[1]; n++ {
		if t.attributes[n].required && found&(1<<(n-f.typ.attrs[0])) == 0 {
			v.violate(CodeMissingAttribute, v.tag.from, "", t.names[t.attributes[n].name].local)
		}
	}
	for range f.typ.slots {
		v.counts = append(v.counts, 0)
	}
}

func (v *validator) findAttribute(d *typeDef, id uint16) uint16 {
	for n := d.attrs[0]; n < d.attrs[1] && id != 0; n++ {
		if v.table.attributes[n].name == id {
			return n
		}
	}
	return 0
}

func (v *validator) checkAttribute(a *attr, d *attribute) {
	value, bad := v.check(v.table.simples[d.simple], v.value(a))
	switch {
	case bad.code != "":
		v.violateAttribute(bad.code, a, excerpt(value), bad.expected)
	case d.fixed != 0 && string(value) != v.table.texts[d.fixed]:
		v.violateAttribute(CodeFixed, a, excerpt(value), v.table.texts[d.fixed])
	case v.table.simples[d.simple].id:
		v.once("#", value, a.name)
	}
}

// wildAttribute checks an attribute that a wildcard admits.
func (v *validator) wildAttribute(a *attr, p process) {
	global := uint16(0)
	if a.id != 0 {
		global = v.table.names[a.id].attribute
	}
	switch {
	case p == skip:
	case global != 0:
		v.checkAttribute(a, &v.table.attributes[global])
	case p == strict:
		v.violateAttribute(CodeUndeclared, a, excerpt(v.buf[a.name:a.nameEnd]), "")
	}
}

// isInstanceAttribute reports whether a is one of the four attributes of the
// schema instance namespace, which stand everywhere.
func (v *validator) isInstanceAttribute(a *attr) bool {
	switch string(v.buf[a.local():a.nameEnd]) {
	case "type", "nil", "schemaLocation", "noNamespaceSchemaLocation":
		return true
	}
	return false
}

// instanceAttribute honours xsi:type and refuses xsi:nil: no schema of the
// ministry has nillable elements.
func (v *validator) instanceAttribute(f *frame, a *attr) {
	switch string(v.buf[a.local():a.nameEnd]) {
	case "nil":
		if f.elem != 0 {
			v.violateAttribute(CodeNil, a, "", "")
		}
	case "type":
		value := bytes.Trim(v.value(a), " \t\r\n")
		if typ := v.typeNamed(value); typ == 0 || !v.derives(typ-1, f) {
			v.violateAttribute(CodeInstanceType, a, excerpt(value), "")
		} else {
			f.typ = &v.table.types[typ-1]
		}
	}
}

// typeNamed returns the number + 1 of the type that a QName in the document
// stands for.
func (v *validator) typeNamed(name []byte) uint16 {
	space := v.space
	if prefix, local, ok := bytes.Cut(name, []byte{':'}); ok {
		if space, ok = v.lookup(prefix); !ok {
			return 0
		}
		name = local
	}
	n := v.table.find(name, sumOf(name), space)
	if n == 0 {
		return 0
	}
	return v.table.names[n].typ
}

// derives reports whether the type may stand for the declared type of f.
func (v *validator) derives(typ uint16, f *frame) bool {
	declared := uint16(0)
	if f.elem != 0 {
		declared = v.table.elements[f.elem].typ
	}
	for typ != declared && typ != 0 {
		typ = v.table.types[typ].base
	}
	return typ == declared
}

func (v *validator) violateAttribute(code Code, a *attr, value, expected string) {
	line, column := v.place(a.name)
	v.add(Violation{Code: code, Path: v.path() + "/@" + excerpt(v.buf[a.local():a.nameEnd]),
		Line: line, Column: column, Value: value, Expected: expected})
}
