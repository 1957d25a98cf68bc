// Package guides holds what the READMEs and the guides in docs say to the test:
// their Go compiles or runs, and their commands are carried out in their order,
// against a sandbox of their own. A guide that cannot be followed to its end fails.
package guides

import (
	"bytes"
	"fmt"
	"strings"
)

// Block is a fenced block of a document.
type Block struct {
	Language string // "sh", "go", …; what stands behind the fence
	Text     string
	Line     int    // of its first line of text, from 1
	Skip     string // why it is not carried out, as a comment before it says
}

// notRun begins the comment that keeps a block from being carried out; a reason follows.
const notRun = "<!-- not run: "

// Blocks returns the fenced blocks of a document in Markdown. A fence that is not closed is an error, because
// what stands behind it would be tested by nobody.
func Blocks(doc []byte) ([]Block, error) {
	var all []Block
	var open *Block
	var text strings.Builder
	skip := ""
	for i, line := range strings.Split(string(bytes.ReplaceAll(doc, []byte("\r\n"), []byte("\n"))), "\n") {
		fence, isFence := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case open == nil && isFence:
			language, _, _ := strings.Cut(fence, " ")
			open = &Block{Language: language, Line: i + 2, Skip: skip}
			text.Reset()
		case open != nil && isFence:
			open.Text = text.String()
			all = append(all, *open)
			open, skip = nil, ""
		case open != nil:
			text.WriteString(line + "\n")
		case strings.HasPrefix(line, notRun):
			skip = strings.TrimSuffix(strings.TrimPrefix(line, notRun), " -->")
		case strings.TrimSpace(line) != "":
			skip = ""
		}
	}
	if open != nil {
		return nil, fmt.Errorf("the block that begins in line %d is not closed", open.Line-1)
	}
	return all, nil
}
