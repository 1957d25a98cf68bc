package why

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ksef-go/ksef/internal/c14n"
	"github.com/ksef-go/ksef/internal/xmltree"
	"github.com/ksef-go/ksef/xades"
)

const dsig = "http://www.w3.org/2000/09/xmldsig#"

// whatChanged tries to find out how a document came to differ from what was signed: against the original when
// there is one, and otherwise by undoing what editors and XML libraries like to do.
func (x *examination) whatChanged(doc []byte, f *Finding) {
	if x.Original != nil {
		x.compare(doc, f)
		return
	}
	if plain := unindented(doc); plain != nil {
		if _, err := xades.Verify(plain, nil); err == nil {
			f.Problem = Text{
				"the document was indented anew after it was signed: without the white space between its elements the signature holds",
				"dokument sformatowano (wcięto) po podpisaniu: bez odstępów między elementami podpis się zgadza",
			}
			f.Advice = Text{"send the file exactly as the signing program wrote it; save it without pretty-printing", "wyślij plik dokładnie w postaci zapisanej przez program podpisujący, bez formatowania"}
		}
	}
}

// compare names the first difference between the canonical forms of the signed document and its original.
func (x *examination) compare(doc []byte, f *Finding) {
	signed, err := canonical(doc)
	if err != nil {
		return
	}
	original, err := canonical(x.Original)
	if err != nil {
		x.note(format("the original cannot be compared: %v", "oryginału nie da się porównać: %v", err))
		return
	}
	at := difference(original, signed)
	if at < 0 {
		x.note(Text{
			"the document is the same as the original: the signature was made over something else",
			"dokument jest taki sam jak oryginał: podpis złożono pod czym innym",
		})
		return
	}
	f.at(signed, at)
	f.Want, f.Got = around(original, at), around(signed, at)
	f.Advice = format("in the canonical form the documents part at byte %d (line %d, column %d)", "w postaci kanonicznej dokumenty różnią się od bajtu %d (wiersz %d, kolumna %d)", at, f.Line, f.Column)
}

// changedDigest points at the first character of a digest that was changed after signing.
func changedDigest(doc []byte, failed *xades.Error, f *Finding) {
	begin := bytes.Index(doc, []byte(failed.Got))
	if failed.Got == "" || len(failed.Want) != len(failed.Got) || begin < 0 {
		return
	}
	f.at(doc, begin+difference([]byte(failed.Want), []byte(failed.Got)))
	f.Advice = Text{
		"the document is what was signed, and its digest was altered: send the file byte for byte as the signing program wrote it, or sign anew",
		"dokument jest tym, co podpisano, a zmieniono jego skrót: wyślij plik bajt w bajt taki, jak zapisał program podpisujący, albo podpisz ponownie",
	}
}

// at says where in a document the finding is.
func (f *Finding) at(doc []byte, offset int) {
	f.Byte = new(int64(offset))
	f.Line = 1 + bytes.Count(doc[:offset], []byte("\n"))
	f.Column = 1 + utf8.RuneCount(doc[bytes.LastIndexByte(doc[:offset], '\n')+1:offset])
}

// canonical is the exclusive canonical form of a document without its signature.
func canonical(doc []byte) ([]byte, error) {
	tree, err := xmltree.Parse(doc)
	if err != nil {
		return nil, err
	}
	return c14n.Exclusive.Append(nil, tree, &c14n.Options{Exclude: tree.Root().Child(dsig, "Signature")}), nil
}

// difference is where two texts part; -1 when they do not.
func difference(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	if len(a) == len(b) {
		return -1
	}
	return n
}

// around shows what stands at a place.
func around(text []byte, at int) string {
	const before, after = 20, 20
	return fmt.Sprintf("%q", strings.ToValidUTF8(string(text[max(0, at-before):min(len(text), at+after)]), ""))
}

// unindented is a document without the white space between the elements outside of its signature; nil when
// there is none, or no document.
func unindented(doc []byte) []byte {
	tree, err := xmltree.Parse(doc)
	if err != nil {
		return nil
	}
	var cuts [][2]int
	collectIndents(tree.Root(), doc, &cuts)
	if len(cuts) == 0 {
		return nil
	}
	var out []byte
	from := 0
	for _, c := range cuts {
		out = append(out, doc[from:c[0]]...)
		from = c[1]
	}
	return append(out, doc[from:]...)
}

// collectIndents finds the texts under n, in document order, that are white space among elements.
func collectIndents(n *xmltree.Node, doc []byte, cuts *[][2]int) {
	for _, child := range n.Children {
		switch child.Kind {
		case xmltree.Element:
			if child.NS != dsig {
				collectIndents(child, doc, cuts)
			}
		case xmltree.Text:
			if len(n.Children) > 1 && strings.TrimLeft(child.Value, " \t\r\n") == "" {
				begin := int(child.Offset)
				length := len(doc[begin:]) - len(bytes.TrimLeft(doc[begin:], " \t\r\n"))
				*cuts = append(*cuts, [2]int{begin, begin + length})
			}
		}
	}
}
