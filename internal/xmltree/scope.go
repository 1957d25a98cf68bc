package xmltree

// Scope is a stack of namespace bindings, for walking a tree: bind what an element declares, unwind when it ends. The
// zero Scope is empty. A look-up costs the same however many bindings a hostile document makes.
type Scope struct {
	bindings []binding
	newest   map[string]int // prefix to its newest binding; nil while there are few
}

type binding struct {
	prefix, uri string
	shadowed    int // the binding of the same prefix that this one hides, or -1; kept only when there are many
}

// few is how many bindings are searched one by one, which is faster than a map.
const few = 12

// Len returns how many bindings there are, for Unwind.
func (s *Scope) Len() int { return len(s.bindings) }

// Bind binds a prefix, or with an empty one the default namespace; an empty uri takes the binding away.
func (s *Scope) Bind(prefix, uri string) {
	if s.newest == nil {
		if s.bindings == nil {
			s.bindings = make([]binding, 0, 4)
		}
		s.bindings = append(s.bindings, binding{prefix: prefix, uri: uri})
		if len(s.bindings) > few {
			s.index()
		}
		return
	}
	s.push(binding{prefix: prefix, uri: uri})
}

func (s *Scope) index() {
	s.newest = make(map[string]int)
	all := s.bindings
	s.bindings = all[:0]
	for _, b := range all {
		s.push(b)
	}
}

func (s *Scope) push(b binding) {
	b.shadowed = -1
	if i, ok := s.newest[b.prefix]; ok {
		b.shadowed = i
	}
	s.newest[b.prefix] = len(s.bindings)
	s.bindings = append(s.bindings, b)
}

// Unwind takes back all but the first n bindings.
func (s *Scope) Unwind(n int) {
	if s.newest != nil {
		for i := len(s.bindings) - 1; i >= n; i-- {
			if b := &s.bindings[i]; b.shadowed >= 0 {
				s.newest[b.prefix] = b.shadowed
			} else {
				delete(s.newest, b.prefix)
			}
		}
	}
	s.bindings = s.bindings[:n]
}

// Lookup returns the namespace name that a prefix is bound to and whether it was ever bound.
func (s *Scope) Lookup(prefix string) (uri string, ok bool) {
	if s.newest != nil {
		if i, ok := s.newest[prefix]; ok {
			return s.bindings[i].uri, true
		}
		return "", false
	}
	for i := len(s.bindings) - 1; i >= 0; i-- {
		if b := &s.bindings[i]; b.prefix == prefix {
			return b.uri, true
		}
	}
	return "", false
}
