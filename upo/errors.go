package upo

import (
	"fmt"
	"strings"

	"github.com/ksef-go/ksef/internal/xmltree"
)

// Check names one of the things that are looked at in a receipt. It is itself an error, so that a caller
// branches with
//
//	if errors.Is(err, upo.CheckSigner) { … }
//
// or reads the Check field of the [*Error].
type Check string

// What can fail.
const (
	// CheckSize: the receipt has more bytes, or more documents, than a receipt can have.
	CheckSize Check = "size"
	// CheckXML: the receipt is not well-formed XML in UTF-8, or has a document type declaration.
	CheckXML Check = "XML"
	// CheckVersion: the document is something else than a receipt, or a receipt of another version.
	CheckVersion Check = "version"
	// CheckStructure: an element is missing, repeated, unknown or in the wrong place; or there are
	// attributes or text where there must be none.
	CheckStructure Check = "structure"
	// CheckValue: a value does not have its form.
	CheckValue Check = "value"
	// CheckChecksum: the last two digits of a KSeF number do not check the others.
	CheckChecksum Check = "checksum"
	// CheckDuplicate: two documents have the same KSeF number.
	CheckDuplicate Check = "duplicate"
	// CheckPage: the page numbers contradict each other or the number of documents.
	CheckPage Check = "page"
	// CheckSignature: the signature is missing, or does not hold. The cause is an
	// [xades.Error], or speaks of the packaging.
	CheckSignature Check = "signature"
	// CheckSigner: the signature holds, but is not of anybody that [VerifyOptions] trust.
	CheckSigner Check = "signer"
	// CheckVerified: the receipt was parsed but not verified, so it proves nothing.
	CheckVerified Check = "verified"
	// CheckCovered: none of the documents of the receipt is the one in question.
	CheckCovered Check = "covered"
)

// Error lets a Check stand as the target of errors.Is.
func (c Check) Error() string { return "upo: " + string(c) }

// Error says why a receipt was refused, or does not prove what it was asked about. Every error of this
// package is an *Error.
type Error struct {
	Check Check // what failed
	// Path leads to the element at fault, e.g. Potwierdzenie/Dokument[3]/NumerKSeFDokumentu; may be empty.
	Path string
	// Line is where that element begins, counted from 1; 0 when unknown. In errors of [Verify] that come
	// after the signature was found good it counts the lines of what was signed.
	Line    int
	Message string // what is wrong and what to do; empty where Want and Got say it all
	Want    string // what was expected
	Got     string // what was found
	Err     error  // the cause, may be nil
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("upo: " + string(e.Check))
	if e.Path != "" {
		fmt.Fprintf(&b, ": %s, line %d", e.Path, e.Line)
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	if e.Want != "" {
		b.WriteString(": expected " + e.Want)
	}
	if e.Got != "" {
		b.WriteString(", found " + e.Got)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Is reports whether target is the Check that failed.
func (e *Error) Is(target error) bool {
	c, ok := target.(Check)
	return ok && c == e.Check
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// at places an error at an element.
func (e *Error) at(n *xmltree.Node) *Error {
	e.Path, e.Line = path(n), int(n.Line)
	return e
}

// path leads from the document to an element. Of the elements of a receipt only documents have siblings
// of their name.
func path(n *xmltree.Node) string {
	if n.Parent == nil || n.Parent.Kind == xmltree.Document {
		return n.Local
	}
	step := n.Local
	if step == "Dokument" {
		place := 1
		for sibling := range n.Parent.Elements() {
			if sibling == n {
				break
			}
			if sibling.Local == step {
				place++
			}
		}
		step = fmt.Sprintf("%s[%d]", step, place)
	}
	return path(n.Parent) + "/" + step
}

// quote shows what a document says, cut short.
func quote(s string) string {
	const most = 100
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return fmt.Sprintf("%q", s)
}
