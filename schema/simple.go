package schema

// simple is a simple type with the facets of all its bases.
type simple struct {
	label    string // its name or that of the nearest named base
	kind     kind
	form     form
	space    space
	id       bool
	has      facet
	min, max int // length
	total    int // digits
	fraction int // digits
	lower    *bound
	upper    *bound
	patterns []*pattern
	values   []string // enumeration, in canonical form
	members  []uint16 // of a union
}

// kind is the primitive type.
type kind uint8

const (
	anyKind kind = iota
	stringKind
	booleanKind
	decimalKind
	dateKind
	dateTimeKind
	timeKind
	yearKind
	base64Kind
	hexKind
	uriKind
	unionKind
)

// form is a lexical restriction that built-in types make by rule, not by facet.
type form uint8

const (
	noForm form = iota
	integerForm
	languageForm
	nmtokenForm
	nameForm
	ncNameForm
	qnameForm
)

// space is the whiteSpace facet.
type space uint8

const (
	preserve space = iota
	replace
	collapse
)

// facet says which of the numbers of a simple type count.
type facet uint8

const (
	hasMin facet = 1 << iota
	hasMax
	hasTotal
	hasFraction
)

type bound struct {
	text      string
	exclusive bool
	number    decimal
	moment    moment
}
