package xmltree

import "strings"

// declaration reads the XML declaration (XML 1.0 §2.8 [23]).
func (p *parser) declaration() error {
	p.pos += len("<?xml")
	for i, name := range []string{"version", "encoding", "standalone"} {
		p.skipSpace()
		if !p.at(name) {
			if i == 0 {
				return p.fail(p.pos, "the XML declaration begins with version, found %s", p.found())
			}
			continue
		}
		if class[p.src[p.pos-1]]&space == 0 {
			return p.fail(p.pos, "expected white space before %s in the XML declaration", name)
		}
		p.pos += len(name)
		at := p.pos
		value, err := p.literal()
		if err != nil {
			return err
		}
		switch name {
		case "version":
			// A document that says 1.1 or more is read as 1.0 (§2.8).
			digits := strings.TrimPrefix(value, "1.")
			if digits == value || strings.Trim(digits, "0123456789") != "" || digits == "" {
				return p.fail(at, "XML version %.64q; only 1.0 is read", value)
			}
		case "encoding":
			if !strings.EqualFold(value, "UTF-8") {
				return p.failEncoding(at, "the document says that its encoding is %.64q; only UTF-8 is read", value)
			}
		case "standalone":
			if value != "yes" && value != "no" {
				return p.fail(at, "standalone is %.64q; expected yes or no", value)
			}
		}
	}
	p.skipSpace()
	if !p.at("?>") {
		return p.fail(p.pos, "expected ?> at the end of the XML declaration, found %s", p.found())
	}
	p.pos += len("?>")
	return nil
}

// literal reads an equals sign and a quoted string without references.
func (p *parser) literal() (string, error) {
	if err := p.equals(); err != nil {
		return "", err
	}
	quote, err := p.quote()
	if err != nil {
		return "", err
	}
	n := strings.IndexByte(p.src[p.pos:], quote)
	if n < 0 {
		return "", p.fail(p.pos, "the value does not end")
	}
	value := p.src[p.pos : p.pos+n]
	p.pos += n + 1
	return value, nil
}

// equals reads an equals sign with white space around it.
func (p *parser) equals() error {
	p.skipSpace()
	if !p.atByte('=') {
		return p.fail(p.pos, "expected =, found %s", p.found())
	}
	p.pos++
	p.skipSpace()
	return nil
}

// quote reads the quotation mark that begins a value.
func (p *parser) quote() (byte, error) {
	if !p.atByte('"') && !p.atByte('\'') {
		return 0, p.fail(p.pos, "expected a value in quotation marks, found %s", p.found())
	}
	p.pos++
	return p.src[p.pos-1], nil
}
