package mirror

import (
	"strings"
	"unicode"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/xmltree"
)

// maxWords bounds how much of a document's text can be searched, in bytes; an
// attachment may hold megabytes.
const maxWords = 1 << 20

// documentWords is the text of a document, without what is shorter than a word.
// A document that cannot be read as XML has none, and is kept all the same.
func documentWords(doc []byte) string {
	tree, err := xmltree.Parse(doc)
	if err != nil {
		return ""
	}
	var b strings.Builder
	b.Grow(len(doc) / 4)
	appendWords(&b, tree)
	return foldWords(b.String())
}

func appendWords(b *strings.Builder, n *xmltree.Node) {
	const shortest = 3
	for _, c := range n.Children {
		switch {
		case b.Len() > maxWords:
			return
		case c.Kind == xmltree.Element:
			appendWords(b, c)
		case c.Kind == xmltree.Text && len(strings.TrimSpace(c.Value)) >= shortest:
			b.WriteString(c.Value[:min(len(c.Value), maxWords)])
			b.WriteByte(' ')
		}
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
var foldWords = strings.NewReplacer("ł", "l", "Ł", "L").Replace

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
