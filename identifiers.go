package ksef

import "strings"

// NIP is a Polish taxpayer number: ten digits, no separators. [ParseNIP] makes
// one from what people write.
type NIP string

// PESEL is a Polish personal number: eleven digits.
type PESEL string

// InternalID names a unit inside a taxpayer: the NIP, a hyphen and five digits,
// the last of which is a check digit.
type InternalID string

// VATUE pairs a NIP with an EU VAT number: "5265877635-ATU12345678".
type VATUE string

// PeppolID names a Peppol service provider: "PPL123456".
type PeppolID string

// Fingerprint is the SHA-256 of a certificate's DER form, in 64 upper-case
// hexadecimal digits.
type Fingerprint string

// Kind tells what an [Identifier] holds. Unknown kinds survive decoding.
type Kind string

// The kinds of identifiers KSeF knows.
const (
	KindNIP         Kind = "Nip"
	KindPESEL       Kind = "Pesel"
	KindInternalID  Kind = "InternalId"
	KindVATUE       Kind = "NipVatUe"
	KindPeppolID    Kind = "PeppolId"
	KindFingerprint Kind = "Fingerprint"
	KindSystem      Kind = "System"      // of authors only: KSeF itself, no value
	KindAllPartners Kind = "AllPartners" // of targets only: see AllPartners, no value
)

// Identifier is an identifier as KSeF reports it. It can be passed wherever a
// [ContextID], [SubjectID] or another of the identifiers is wanted, so what one
// call returned can be handed to the next.
type Identifier struct {
	Kind  Kind   `json:"type"`
	Value string `json:"value"`
}

// String returns the identifier as "Nip 5261040828".
func (i Identifier) String() string {
	if i.Value == "" {
		return string(i.Kind)
	}
	return string(i.Kind) + " " + i.Value
}

// ContextID names the taxpayer to act for: a [NIP], [InternalID], [VATUE] or
// [PeppolID].
type ContextID interface {
	identifier() Identifier
	context()
}

// SubjectID names who holds a permission: a [NIP], [PESEL] or [Fingerprint].
type SubjectID interface {
	identifier() Identifier
	subject()
}

// EntityID names a taxpayer or Peppol provider: a [NIP] or [PeppolID].
type EntityID interface {
	identifier() Identifier
	entity()
}

// UnitID names a taxpayer or a unit inside one: a [NIP] or [InternalID].
type UnitID interface {
	identifier() Identifier
	unit()
}

// TargetID names for which clients a permission holds: for one, a [NIP] or
// [InternalID], or for [AllPartners].
type TargetID interface {
	identifier() Identifier
	target()
}

// Partners names clients without listing them. It is [AllPartners].
type Partners string

// AllPartners are all clients there are and will be: those who let the current
// taxpayer pass their permissions on.
const AllPartners Partners = "AllPartners"

func (n NIP) identifier() Identifier         { return Identifier{KindNIP, string(n)} }
func (p PESEL) identifier() Identifier       { return Identifier{KindPESEL, string(p)} }
func (i InternalID) identifier() Identifier  { return Identifier{KindInternalID, string(i)} }
func (v VATUE) identifier() Identifier       { return Identifier{KindVATUE, string(v)} }
func (p PeppolID) identifier() Identifier    { return Identifier{KindPeppolID, string(p)} }
func (f Fingerprint) identifier() Identifier { return Identifier{KindFingerprint, string(f)} }
func (p Partners) identifier() Identifier    { return Identifier{Kind: Kind(p)} }
func (i Identifier) identifier() Identifier  { return i }

func (NIP) context()         {}
func (InternalID) context()  {}
func (VATUE) context()       {}
func (PeppolID) context()    {}
func (Identifier) context()  {}
func (NIP) subject()         {}
func (PESEL) subject()       {}
func (Fingerprint) subject() {}
func (Identifier) subject()  {}
func (NIP) entity()          {}
func (PeppolID) entity()     {}
func (Identifier) entity()   {}
func (NIP) unit()            {}
func (InternalID) unit()     {}
func (Identifier) unit()     {}
func (NIP) target()          {}
func (InternalID) target()   {}
func (Partners) target()     {}
func (Identifier) target()   {}

// ReferenceNumber is the handle KSeF gives to an operation, session or token:
// 36 characters, "20250514-AU-226FB7B000-3ACF9BE4C0-10".
type ReferenceNumber string

// KSeFNumber is the number under which KSeF keeps an accepted invoice: the
// seller's NIP, the day of acceptance, twelve hexadecimal digits and a
// checksum, "5265877635-20250826-0100001AF629-AF".
type KSeFNumber string

// NIP returns the seller's number, the first part of n; "" when n is malformed.
func (n KSeFNumber) NIP() NIP {
	if len(n) < 10 {
		return ""
	}
	return NIP(n[:10])
}

// safe reports whether n can be the name of a file, on every system: it has the
// characters of KSeF numbers alone and begins with a NIP. Its checksum is not
// looked at, so that an invoice is not lost for a digit.
func (n KSeFNumber) safe() bool {
	const most = 36
	return len(n) > 10 && len(n) <= most && isHex(strings.ReplaceAll(string(n), "-", "")) && checkDigits(string(n[:10]), 10) == ""
}
