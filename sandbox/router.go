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
	values := map[string]string{}
	end := n.walk(strings.Split(path, "/"), values)
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

// walk goes down along the segments and returns where they end; nil when nothing ends there.
func (n *router) walk(segments []string, values map[string]string) *router {
	if len(segments) == 0 {
		if n.routes == nil {
			return nil
		}
		return n
	}
	if next := n.literal[segments[0]]; next != nil {
		if end := next.walk(segments[1:], values); end != nil {
			return end
		}
	}
	if n.named == nil {
		return nil
	}
	value, err := url.PathUnescape(segments[0])
	if err != nil || value == "" {
		return nil
	}
	end := n.named.walk(segments[1:], values)
	if end != nil {
		values[n.name] = value
	}
	return end
}

// refusing is a route that KSeF does not have.
func refusing(r *refusal) route {
	return route{do: func(*Server, *call) (any, error) { return nil, r }}
}
