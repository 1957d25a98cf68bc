// Package guides holds what the READMEs and the guides in docs say to the test:
// their commands and programs are carried out in their order, fragments of Go
// among them, against a sandbox of their own. A guide that cannot be followed to
// its end fails.
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
	Given    bool   // readers do not see it: it makes what they have before they come there
}

// What comments for the test alone begin with: notRun keeps the next block from being carried out, and says why; a
// command that is given is carried out, to make what a reader has before he comes there.
const (
	notRun = "<!-- not run: "
	given  = "<!-- given: "
)

// Blocks returns the fenced blocks of a document in Markdown, and a block of "sh" for each command that is given. A
// fence that is not closed is an error, because what stands behind it would be tested by nobody.
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
		case strings.HasPrefix(line, given):
			command := strings.TrimSuffix(strings.TrimPrefix(line, given), " -->")
			all = append(all, Block{Language: "sh", Text: command + "\n", Line: i + 1, Given: true})
		case strings.TrimSpace(line) != "":
			skip = ""
		}
	}
	if open != nil {
		return nil, fmt.Errorf("the block that begins in line %d is not closed", open.Line-1)
	}
	return all, nil
}
