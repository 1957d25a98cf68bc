package seal

import "fmt"

// A Check is one thing that is examined when a key or content is opened.
// Checks are errors, so they can be looked for:
//
//	if errors.Is(err, seal.SealedHash) { … }
type Check string

// The checks of content, in the order in which they are made.
const (
	SealedSize Check = "size of the sealed content"
	SealedHash Check = "SHA-256 of the sealed content"
	Padding    Check = "padding"
	PlainSize  Check = "size of the plain content"
	PlainHash  Check = "SHA-256 of the plain content"
)

// The checks of keys and hashes.
const (
	WrappedKey Check = "wrapped key"
	KeySize    Check = "size of the AES key"
	IVSize     Check = "size of the initialization vector"
	HashText   Check = "text of a hash"
)

// Error makes a Check usable with [errors.Is].
func (c Check) Error() string { return "seal: wrong " + string(c) }

// Error is a check that failed. It matches its Check.
type Error struct {
	Check    Check
	Expected string // what would have been right
	Found    string // what was there; empty where telling would be unwise
}

// Error says what was wrong, what was expected and what was found.
func (e *Error) Error() string {
	text := fmt.Sprintf("%v: expected %s", e.Check, e.Expected)
	if e.Found != "" {
		text += ", found " + e.Found
	}
	return text
}

// Is matches the Check that failed.
func (e *Error) Is(target error) bool { return target == e.Check }

// shorten quotes foreign text for an error, without letting it flood one.
func shorten(text []byte) string {
	const most = 60
	if len(text) > most {
		return fmt.Sprintf("%q… (%d bytes)", text[:most], len(text))
	}
	return fmt.Sprintf("%q", text)
}
