package mirror

import (
	"bytes"
	"html"
	"strings"
	"unicode"

	"github.com/ksef-go/ksef"
)

// maxWords bounds how much of a document's text can be searched, in bytes; an
// attachment may hold megabytes.
const maxWords = 1 << 20

// documentWords is the text between the tags of a document, without what is
// shorter than a word. It is for finding, not for understanding: of what is no
// XML it returns something, and the document is kept all the same.
func documentWords(doc []byte) string {
	var b strings.Builder
	b.Grow(min(len(doc)/4, maxWords))
	for len(doc) > 0 && b.Len() < maxWords {
		text, rest, _ := bytes.Cut(doc, []byte("<"))
		if bytes.IndexByte(text, '&') >= 0 {
			text = []byte(html.UnescapeString(string(text))) // which knows what XML does, too
		}
		appendWords(&b, text)
		switch {
		case bytes.HasPrefix(rest, []byte("!--")):
			_, doc, _ = bytes.Cut(rest, []byte("-->"))
		case bytes.HasPrefix(rest, []byte("![CDATA[")):
			text, doc, _ = bytes.Cut(rest[len("![CDATA["):], []byte("]]>"))
			appendWords(&b, text)
		default:
			doc = afterTag(rest)
		}
	}
	return foldWords(b.String())
}

func appendWords(b *strings.Builder, text []byte) {
	const shortest = 3
	if text = bytes.TrimSpace(text); len(text) >= shortest {
		b.Write(text[:min(len(text), maxWords)])
		b.WriteByte(' ')
	}
}

// afterTag returns what follows a tag, in whose quotes a > may stand.
func afterTag(rest []byte) []byte {
	for {
		i := bytes.IndexAny(rest, `"'>`)
		if i < 0 {
			return nil
		}
		mark := rest[i]
		if rest = rest[i+1:]; mark == '>' {
			return rest
		}
		_, rest, _ = bytes.Cut(rest, []byte{mark})
	}
}

// partyWords are the identifiers and names of all whom an invoice names.
func partyWords(i *ksef.InvoiceMetadata) string {
	all := []string{string(i.Seller.NIP), i.Seller.Name, i.Buyer.ID.Value, i.Buyer.Name}
	for _, t := range i.ThirdParties {
		all = append(all, t.ID.Value, t.Name)
	}
	if a := i.Authorized; a != nil {
		all = append(all, string(a.NIP), a.Name)
	}
	return foldWords(strings.Join(all, "\n"))
}

// foldWords does what the index does not do by itself: of Polish letters ł alone
// is no letter with a mark that could be left out.
func foldWords(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "ł", "l"), "Ł", "L")
}

// matching is a search expression of FTS5 for all words of a text; a word that
// ends in * stands for all that begin so. It is "" if there are no words.
func matching(column, text string) string {
	var b strings.Builder
	for word := range strings.FieldsSeq(text) {
		phrase := strings.FieldsFunc(foldWords(word), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r) })
		if len(phrase) == 0 {
			continue
		}
		b.WriteString(column + ` : "` + strings.Join(phrase, " ") + `"`)
		if strings.HasSuffix(word, "*") {
			b.WriteByte('*')
		}
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String())
}
