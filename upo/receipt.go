package upo

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"
)

// Receipt is a receipt that was read by [Parse] or [Verify]. Trust says what it is worth.
type Receipt struct {
	Trust     Trust
	Signature *Signature // nil below [Intact]

	Issuer           string // who received the documents, by its own words
	SessionReference string // of the session in which they were sent, e.g. "20250916-SO-…"
	Authentication   Authentication
	Page             *Page  // nil in the receipt of one invoice
	LogicalStructure string // the schema of the documents, e.g. "Schemat_FA(3)_v1-0E.xsd"
	FormCode         string // their form, e.g. "FA (3)"
	Documents        []Document
}

// Trust says what is known of a receipt's signature. Each level includes those before it.
type Trust uint8

// The levels of trust.
const (
	Unsigned   Trust = iota // there is no signature
	Unverified              // there is a signature, at which [Parse] does not look
	Intact                  // the signature holds: the receipt is as somebody signed it
	Trusted                 // … and the signer is one whom [VerifyOptions] trust
)

// String returns the name of the level in lower case.
func (t Trust) String() string {
	if int(t) >= len(trustNames) {
		return "unknown"
	}
	return trustNames[t]
}

var trustNames = [...]string{"unsigned", "unverified", "intact", "trusted"}

// Authentication tells how whoever opened the session had proved who they were: with a token, or with
// a signed document. One of TokenReference and DocumentHash is set.
type Authentication struct {
	Context        Context
	TokenReference string // of a KSeF token
	// DocumentHash is the SHA-256 of the signed authentication request exactly as KSeF received it.
	DocumentHash *Hash
}

// Context is the taxpayer or unit in whose name the documents were sent.
type Context struct {
	Kind  ContextKind
	Value string
}

// ContextKind tells what a [Context] holds.
type ContextKind string

// The kinds of contexts, by the names of KSeF's API.
const (
	NIP        ContextKind = "Nip"        // 5265877635
	InternalID ContextKind = "InternalId" // 5265877635-12345
	VATUE      ContextKind = "NipVatUe"   // 5265877635-ATU12345678
	PeppolID   ContextKind = "PeppolId"   // PPL123456
)

// Page tells which part of a session's receipt this is. Documents count from 1 over all pages.
type Page struct {
	Number, Of int
	From       int // the first document of the page
	To         int // the last one; the schema says the one after it, but no known receipt does so
	Total      int // documents of all pages
}

// Document is an invoice that KSeF accepted.
type Document struct {
	SellerNIP     string
	KSeFNumber    string // its checksum is right
	InvoiceNumber string
	IssueDate     string // the date on the invoice, YYYY-MM-DD
	Sent          time.Time
	Acquired      time.Time // when KSeF gave it its number
	Hash          Hash      // of the file as it was sent, before encryption
	Mode          Mode
}

// Mode tells whether an invoice was sent as it was issued, or issued offline and sent later.
type Mode string

// The modes.
const (
	Online  Mode = "Online"
	Offline Mode = "Offline"
)

// Hash is a SHA-256.
type Hash [sha256.Size]byte

// String returns the hash as KSeF writes it, in base64.
func (h Hash) String() string { return base64.StdEncoding.EncodeToString(h[:]) }

// MarshalText returns the hash as KSeF writes it, in base64.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// Environment is an installation of KSeF.
type Environment string

// The environments.
const (
	Production Environment = "production"
	Test       Environment = "test"
	Demo       Environment = "demo"
	Sandbox    Environment = "sandbox" // of this module, package sandbox
	Unknown    Environment = "unknown"
)

// Environment tells by the Issuer where the receipt comes from. Only production's receipts mean anything
// in law; whether it is production's, only a [Trusted] receipt says.
func (r *Receipt) Environment() Environment {
	switch r.Issuer {
	case "Ministerstwo Finansów":
		return Production
	case "Ministerstwo Finansów - środowisko testowe (TE)":
		return Test
	case "Ministerstwo Finansów - środowisko przedprodukcyjne (TR)":
		return Demo
	}
	if strings.Contains(r.Issuer, "SANDBOX") {
		return Sandbox
	}
	return Unknown
}

// Document returns the document with a KSeF number, and whether there is one.
func (r *Receipt) Document(ksefNumber string) (*Document, bool) {
	for i := range r.Documents {
		if d := &r.Documents[i]; d.KSeFNumber == ksefNumber {
			return d, true
		}
	}
	return nil, false
}

// Proves returns the document of the receipt that is exactly this file: byte for byte what was sent,
// because it has the same SHA-256. [Receipt.Explain] says what that proves. Should the same file have
// been accepted twice, it is the one that got its number first.
//
// It is [CheckCovered] when the receipt is of other documents, and [CheckVerified] when the receipt
// was only parsed: anybody can write one.
//
// Every call looks at all documents. To match thousands of files, make a map of Documents by Hash.
func (r *Receipt) Proves(invoice []byte) (*Document, error) {
	if r.Trust < Intact {
		return nil, &Error{Check: CheckVerified, Message: "the receipt is " + r.Trust.String() + " and proves nothing; read it with Verify"}
	}
	hash := Hash(sha256.Sum256(invoice))
	var found *Document
	for i := range r.Documents {
		if d := &r.Documents[i]; d.Hash == hash && (found == nil || d.Acquired.Before(found.Acquired)) {
			found = d
		}
	}
	if found == nil {
		return nil, &Error{
			Check:   CheckCovered,
			Message: "the receipt is not of this file; only the file exactly as it was sent has the same SHA-256",
			Want:    r.hashes(), Got: hash.String(),
		}
	}
	return found, nil
}

// hashes names the hashes of the documents, as far as one wants to read them.
func (r *Receipt) hashes() string {
	const most = 3
	var names []string
	for i := range r.Documents[:min(most, len(r.Documents))] {
		names = append(names, r.Documents[i].Hash.String())
	}
	if len(r.Documents) > most {
		names = append(names, "…")
	}
	return strings.Join(names, " or ")
}
