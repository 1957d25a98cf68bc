package xmltree

import (
	"strings"
	"unicode/utf8"
)

const (
	cdataOpen  = "<![CDATA["
	cdataClose = "]]>"
)

// text reads character data, references and CDATA sections up to other markup, and makes one node of them.
func (p *parser) text() error {
	if len(p.open) == 1 {
		return p.outside()
	}
	begin := p.pos // where the node begins
	from := begin  // where the piece begins that is not yet in buf
	i := begin
	p.buf = p.buf[:0]
scan:
	for {
		for i < len(p.src) && class[p.src[i]]&textStop == 0 {
			i++
		}
		if i == len(p.src) {
			break
		}
		switch p.src[i] {
		case '<':
			if !strings.HasPrefix(p.src[i:], cdataOpen) {
				break scan
			}
			p.buf = append(p.buf, p.src[from:i]...)
			section, err := p.section(i)
			if err != nil {
				return err
			}
			p.buf = append(p.buf, newlines(section)...)
			i += len(cdataOpen) + len(section) + len(cdataClose)
			from = i
		case '&':
			p.buf = append(p.buf, p.src[from:i]...)
			r, end, err := p.reference(i)
			if err != nil {
				return err
			}
			p.buf = utf8.AppendRune(p.buf, r)
			i, from = end, end
		case '\r':
			p.buf = append(append(p.buf, p.src[from:i]...), '\n')
			i++
			if i < len(p.src) && p.src[i] == '\n' {
				i++
			}
			from = i
		case ']':
			if strings.HasPrefix(p.src[i:], cdataClose) {
				return p.fail(i, "]]> in text; write ]]&gt;")
			}
			i++
		default:
			if p.notChar(i) {
				return p.failChar(i)
			}
			i++
		}
	}
	p.pos = i
	value := p.src[from:i]
	if from != begin {
		value = string(append(p.buf, value...))
	}
	if value != "" {
		p.node(Text, begin).Value = value
	}
	return nil
}

// outside skips the white space before and after the document element.
func (p *parser) outside() error {
	p.skipSpace()
	if p.pos < len(p.src) && !p.atByte('<') {
		return p.fail(p.pos, "expected markup outside the document element, found %s", p.found())
	}
	return nil
}

// section returns the text of the CDATA section that begins at byte off.
func (p *parser) section(off int) (string, error) {
	from := off + len(cdataOpen)
	n := strings.Index(p.src[from:], cdataClose)
	if n < 0 {
		return "", p.fail(off, "the CDATA section does not end")
	}
	return p.src[from : from+n], p.checkChars(from, from+n)
}

// reference reads the reference at byte off; end is the byte after it.
func (p *parser) reference(off int) (r rune, end int, err error) {
	rest := p.src[off+1:]
	switch {
	case strings.HasPrefix(rest, "amp;"):
		return '&', off + 5, nil
	case strings.HasPrefix(rest, "lt;"):
		return '<', off + 4, nil
	case strings.HasPrefix(rest, "gt;"):
		return '>', off + 4, nil
	case strings.HasPrefix(rest, "quot;"):
		return '"', off + 6, nil
	case strings.HasPrefix(rest, "apos;"):
		return '\'', off + 6, nil
	case strings.HasPrefix(rest, "#x"):
		return p.number(off, off+3, 16)
	case strings.HasPrefix(rest, "#"):
		return p.number(off, off+2, 10)
	}
	return 0, 0, p.fail(off, "& begins no reference that exists without a DTD; write &amp;")
}

// number reads the digits and the semicolon of a character reference.
func (p *parser) number(off, digits int, base rune) (r rune, end int, err error) {
	i := digits
	for ; i < len(p.src); i++ {
		d := digit(p.src[i])
		if d >= base {
			break
		}
		r = min(r*base+d, utf8.MaxRune+1) // any number of digits, without overflow
	}
	if i == digits || i == len(p.src) || p.src[i] != ';' {
		return 0, 0, p.fail(off, "expected digits and ; in a character reference")
	}
	if !isChar(r) {
		return 0, 0, p.fail(off, "%.64s is not a character that XML allows", p.src[off:i+1])
	}
	return r, i + 1, nil
}

// digit returns the value of a hexadecimal digit, or more than any base has.
func digit(c byte) rune {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0')
	case c >= 'a' && c <= 'f':
		return rune(c - 'a' + 10)
	case c >= 'A' && c <= 'F':
		return rune(c - 'A' + 10)
	}
	return 16
}

// markup reads a tag, a comment or a processing instruction.
func (p *parser) markup() error {
	switch {
	case p.at("</"):
		return p.endTag()
	case p.at("<!--"):
		return p.comment()
	case p.at("<?"):
		return p.procInst()
	case p.at("<!DOCTYPE"):
		err := p.fail(p.pos, "the document has a DOCTYPE; none is allowed")
		err.Err = ErrDTD
		return err
	case p.at("<!"):
		return p.fail(p.pos, "<! begins neither a comment nor, here, a CDATA section")
	}
	return p.startTag()
}

func (p *parser) comment() error {
	from := p.pos + len("<!--")
	n := strings.Index(p.src[from:], "--")
	if n < 0 {
		return p.fail(p.pos, "the comment does not end")
	}
	if !strings.HasPrefix(p.src[from+n:], "-->") {
		return p.fail(from+n, "-- within a comment")
	}
	if err := p.checkChars(from, from+n); err != nil {
		return err
	}
	p.node(Comment, p.pos).Value = newlines(p.src[from : from+n])
	p.pos = from + n + len("-->")
	return nil
}

func (p *parser) procInst() error {
	off := p.pos
	p.pos += len("<?")
	target, err := p.name()
	if err != nil {
		return err
	}
	if strings.EqualFold(target, "xml") {
		return p.fail(off, "<?%s ends no XML declaration and stands not at the start of the document", target)
	}
	spaced := p.skipSpace()
	n := strings.Index(p.src[p.pos:], "?>")
	if n < 0 {
		return p.fail(off, "the processing instruction does not end")
	}
	if n > 0 && !spaced {
		return p.fail(p.pos, "expected white space or ?> after the target %.64q, found %s", target, p.found())
	}
	if err := p.checkChars(p.pos, p.pos+n); err != nil {
		return err
	}
	pi := p.node(ProcInst, off)
	pi.Local, pi.Value = target, newlines(p.src[p.pos:p.pos+n])
	p.pos += n + len("?>")
	return nil
}
