package cli

import (
	"strings"

	"github.com/ksef-go/ksef/internal/translate"
)

// words are what errors say of single things: what was expected, what was found.
func (l language) words(text string) string {
	if l == polish {
		return translate.Words(text)
	}
	return text
}

// errorText is what err says. "ksef: " said once is enough; the client's errors
// say it, too.
func (l language) errorText(err error) string {
	if l == polish {
		return translate.Polish(err)
	}
	return strings.ReplaceAll(err.Error(), "ksef: ", "")
}
