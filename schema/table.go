package schema

// A table is a schema compiled by internal/gen/schema: arrays that refer to
// each other by index, so that they need no building when a program starts.
// Index 0 means "none" everywhere, except that types[0] is xs:anyType.
type table struct {
	namespaces []string // 0: none, 1: schema instance, 2: XML, 3: XML Schema
	names      []name
	index      []uint16 // open hash table over names
	elements   []element
	types      []typeDef
	particles  []particle
	attributes []attribute
	wildcards  []wildcard
	simples    []*simple
	texts      []string // fixed values
	watches    []watch
	roots      []uint16 // elements; the watches of the first are watches[1], …
}

// The namespaces that have the same number in every table.
const (
	noSpace uint16 = iota
	instanceSpace
	xmlSpace
	schemaSpace
)

// name is a qualified name, and what is declared globally under it.
type name struct {
	local     string
	space     uint16
	element   uint16
	attribute uint16
	typ       uint16 // the type number + 1
}

type element struct{ name, typ, fixed uint16 }

type attribute struct {
	name, simple, fixed uint16
	required            bool
}

type content uint8

const (
	noContent      content = iota // neither elements nor text
	simpleContent                 // a value
	elementContent                // elements
	mixedContent                  // elements and text
	anyContent                    // xs:anyType
)

type typeDef struct {
	name     uint16
	base     uint16
	simple   uint16 // of simpleContent
	content  content
	plain    bool   // a simple type
	abstract bool   // needs an xsi:type
	root     uint16 // particle
	attrs    [2]uint16
	anyAttr  uint16 // wildcard
	slots    uint16 // how many different children there are
}

type particleKind uint8

const (
	leaf particleKind = iota // an element
	wild                     // xs:any
	sequence
	choice
)

// particle is a term of a content model. The particles of a type lie in
// document order: the first part of a group follows it, and the next part of
// the same group stands at end.
type particle struct {
	kind     particleKind
	optional bool // matches no element at all
	empty    bool // its term matches no element at all
	repeats  bool // its element may have siblings of the same name
	name     uint16
	term     uint16 // element or wildcard
	slot     uint16 // of a leaf: which different child this is
	end      uint16
	min, max uint16 // unbounded: no limit
}

const unbounded = 1<<16 - 1

type process uint8

const (
	strict process = iota // must be declared
	lax                   // is validated if it is declared
	skip                  // is not validated
)

type wildcard struct {
	process process
	not     bool // any namespace but spaces
	spaces  []uint16
}

func (w *wildcard) admits(space uint16) bool {
	for _, s := range w.spaces {
		if s == space {
			return !w.not
		}
	}
	return w.not
}

// watch is a node of the tree of paths that the ministry's rules look at.
type watch struct {
	name        uint16
	role        role
	child, next uint16
}

// role is what a watched element means.
type role uint8

const (
	noRole role = iota
	sellerRole
	buyerRole
	nipRole
	internalIDRole
	issueDateRole
	numberRole
	kindRole
	attachmentRole
	uniqueRole
)

// hash must agree with the hash of internal/gen/schema. The scanner computes
// the sum over the local name while it reads it.
func hash(sum uint32, space uint16) uint32 {
	sum = (sum ^ uint32(space)<<11) * 0x9E3779B1
	return sum ^ sum>>15
}

// find returns the number of a name, 0 when the schema does not mention it.
func (t *table) find(local []byte, sum uint32, space uint16) uint16 {
	mask := uint32(len(t.index) - 1)
	for i := hash(sum, space) & mask; ; i = (i + 1) & mask {
		n := t.index[i]
		if n == 0 {
			return 0
		}
		if e := &t.names[n]; e.space == space && e.local == string(local) {
			return n
		}
	}
}

// child returns the node below w for the element called name.
func (t *table) child(w, name uint16) uint16 {
	for c := t.watches[w].child; c != 0; c = t.watches[c].next {
		if t.watches[c].name == name {
			return c
		}
	}
	return 0
}
