package sandbox

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// router finds the route of a request. http.ServeMux cannot: two of KSeF's paths,
// /collective-identifiers/ksef/{ksefNumber} and /collective-identifiers/{collectiveIdentifierNumber}/invoices,
// both match some requests, and ServeMux wants one to be more specific. Here as with KSeF, of two
// segments that match, the literal one wins.
type router struct {
	literal map[string]*router
	named   *router
	name    string           // of the segment that named stands for, without braces
	routes  map[string]route // by method
}

// operations is the router of all operations, built once and never changed.
var operations = sync.OnceValue(func() *router {
	root := new(router)
	for _, rt := range routes() {
		root.add(rt)
	}
	return root
})

// besideRoutes are the operations of the storage, of the status service and of the verification pages, which are no
// part of the API.
func besideRoutes() []route {
	return slices.Concat(storageRoutes(), lighthouseRoutes(), verificationRoutes())
}

// beside is the router of operations that are no part of the API.
var beside = sync.OnceValue(func() *router {
	root := new(router)
	for _, rt := range besideRoutes() {
		root.add(rt)
	}
	return root
})

// isBeside reports whether a path is none of the API's.
func isBeside(path string) bool {
	return slices.ContainsFunc([]string{storagePrefix, lighthousePrefix, invoicePagePrefix, certificatePagePrefix},
		func(prefix string) bool { return strings.HasPrefix(path, prefix+"/") })
}

func (n *router) add(rt route) {
	method, path, _ := strings.Cut(rt.operation, " ")
	for _, segment := range strings.Split(path, "/")[1:] {
		if strings.HasPrefix(segment, "{") {
			if n.named == nil {
				n.named = new(router)
			}
			n.name = strings.Trim(segment, "{}")
			n = n.named
			continue
		}
		if n.literal == nil {
			n.literal = map[string]*router{}
		}
		if n.literal[segment] == nil {
			n.literal[segment] = new(router)
		}
		n = n.literal[segment]
	}
	if n.routes == nil {
		n.routes = map[string]route{}
	}
	n.routes[method] = rt
}

// find returns the route of a method and path, and the values of the path's named segments. Where there is
// none the route is one that refuses.
func (n *router) find(method string, u *url.URL) (route, map[string]string) {
	path, ok := strings.CutPrefix(u.EscapedPath(), prefix+"/")
	if !ok && isBeside(u.EscapedPath()) {
		n, path, ok = beside(), u.EscapedPath()[1:], true
	}
	if !ok {
		return refusing(bare(http.StatusNotFound)), nil
	}
	end, values := n.walk(path)
	if end == nil {
		return refusing(bare(http.StatusNotFound)), nil
	}
	rt, ok := end.routes[method]
	if !ok {
		refused := bare(http.StatusMethodNotAllowed)
		refused.allow = strings.Join(slices.Sorted(maps.Keys(end.routes)), ", ")
		return refusing(refused), nil
	}
	return rt, values
}

// walk goes down along the segments of a path and returns where they end, nil when nothing ends there, and the values of
// those that are named.
func (n *router) walk(path string) (end *router, values map[string]string) {
	segment, rest, more := strings.Cut(path, "/")
	if next := n.literal[segment]; next != nil {
		if end, values := next.follow(rest, more); end != nil {
			return end, values
		}
	}
	if n.named == nil {
		return nil, nil
	}
	value, err := url.PathUnescape(segment)
	if err != nil || value == "" {
		return nil, nil
	}
	if end, values = n.named.follow(rest, more); end == nil {
		return nil, nil
	}
	if values == nil {
		values = map[string]string{}
	}
	values[n.name] = value
	return end, values
}

// follow is walk for what is behind a segment that led to n, if there is more.
func (n *router) follow(rest string, more bool) (end *router, values map[string]string) {
	switch {
	case more:
		return n.walk(rest)
	case n.routes == nil:
		return nil, nil
	}
	return n, nil
}

// refusing is a route that KSeF does not have.
func refusing(r *refusal) route {
	return route{do: func(*Server, *call) (any, error) { return nil, r }}
}
