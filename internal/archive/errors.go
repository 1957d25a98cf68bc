package archive

import (
	"fmt"
	"strings"
)

// A Fault is a way in which packing or reading can fail. Faults are errors, so
// they can be looked for:
//
//	if errors.Is(err, archive.TooManyEntries) { … }
type Fault string

// Faults of packing and of reading.
const (
	BadName        Fault = "name not allowed"
	LongName       Fault = "name too long"
	DuplicateName  Fault = "name occurs twice"
	CollidingName  Fault = "name differs from another in case alone"
	TooManyEntries Fault = "too many documents"
	LargeEntry     Fault = "document too large"
	LargeArchive   Fault = "archive too large"
)

// Faults of packing.
const (
	BadOption    Fault = "option not allowed"
	Unreadable   Fault = "document cannot be read"
	NoDocuments  Fault = "no documents"
	TooManyParts Fault = "too many parts"
)

// Faults of reading.
const (
	NotArchive  Fault = "not an archive"
	Truncated   Fault = "archive cut off"
	Malformed   Fault = "archive malformed"
	Ambiguous   Fault = "archive can be read in two ways"
	Unsupported Fault = "entry of an unsupported kind"
	Bomb        Fault = "decompression bomb"
	Checksum    Fault = "checksum wrong"
)

// Error makes a Fault usable with [errors.Is].
func (f Fault) Error() string { return "archive: " + string(f) }

// Error says what is wrong with which document. It matches its Fault, and what
// its cause matches.
type Error struct {
	Fault    Fault
	Name     string // the document or entry; empty if it is the archive
	Expected string // what would have been right; may be empty
	Found    string // what was there; may be empty
	Err      error  // the cause, if it was another error
}

// Error names the document, what is wrong with it and what was expected.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("archive: ")
	if e.Name != "" {
		b.WriteString(quote(e.Name) + ": ")
	}
	b.WriteString(string(e.Fault))
	if e.Expected != "" {
		b.WriteString(": expected " + e.Expected)
	}
	if e.Found != "" {
		b.WriteString(", found " + e.Found)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Is matches the Fault.
func (e *Error) Is(target error) bool { return target == e.Fault }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// overLimit is the error of a number that is over its limit.
func overLimit(fault Fault, name string, most, found int64, unit string) *Error {
	return &Error{Fault: fault, Name: name, Expected: fmt.Sprintf("at most %d %s", most, unit), Found: fmt.Sprint(found)}
}

// quote writes a foreign name so that it can neither break nor flood a line.
func quote(name string) string {
	const most = 200
	if len(name) > most {
		return fmt.Sprintf("%q…", name[:most])
	}
	return fmt.Sprintf("%q", name)
}
