package c14n

import (
	"slices"
	"strings"
)

// uri is a URI reference taken apart (RFC 3986 §3), without its fragment.
type uri struct {
	scheme, authority, path, query    string
	hasScheme, hasAuthority, hasQuery bool
}

// split takes a URI reference apart as RFC 3986 appendix B does.
func split(s string) (u uri) {
	s, _, _ = strings.Cut(s, "#")
	s, u.query, u.hasQuery = strings.Cut(s, "?")
	if i := strings.IndexAny(s, ":/"); i > 0 && s[i] == ':' {
		u.scheme, u.hasScheme = s[:i], true
		s = s[i+1:]
	}
	if rest, ok := strings.CutPrefix(s, "//"); ok {
		u.hasAuthority = true
		u.authority, s = rest, ""
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			u.authority, s = rest[:i], rest[i:]
		}
	}
	u.path = s
	return u
}

func (u uri) String() string {
	var b strings.Builder
	if u.hasScheme {
		b.WriteString(u.scheme + ":")
	}
	if u.hasAuthority {
		b.WriteString("//" + u.authority)
	}
	b.WriteString(u.path)
	if u.hasQuery {
		b.WriteString("?" + u.query)
	}
	return b.String()
}

// join is join-URI-References of Canonical XML 1.1 §2.4: the resolution of RFC 3986 §5.2, for a base that may itself be
// relative. A fragment is dropped.
func join(base, ref string) string {
	b, r := split(base), split(ref)
	if b.path == ".." || strings.HasSuffix(b.path, "/..") {
		b.path += "/"
	}
	switch {
	case r.hasScheme:
		r.path = withoutDots(r.path)
		return r.String()
	case r.hasAuthority:
		r.path = withoutDots(r.path)
	case r.path == "":
		r.path = b.path
		if !r.hasQuery {
			r.query, r.hasQuery = b.query, b.hasQuery
		}
	case strings.HasPrefix(r.path, "/"):
		r.path = withoutDots(r.path)
	case b.hasAuthority && b.path == "":
		r.path = withoutDots("/" + r.path)
	default:
		r.path = withoutDots(b.path[:strings.LastIndexByte(b.path, '/')+1] + r.path)
	}
	if !r.hasAuthority {
		r.authority, r.hasAuthority = b.authority, b.hasAuthority
	}
	r.scheme, r.hasScheme = b.scheme, b.hasScheme
	return r.String()
}

// withoutDots is Remove Dot Segments of RFC 3986 §5.2.4 as Canonical XML 1.1 §2.4 changes it: leading ".." stay in a
// relative path, a trailing ".." gets a slash, and several slashes become one.
func withoutDots(path string) string {
	absolute := strings.HasPrefix(path, "/")
	segments := strings.Split(path, "/")
	last := segments[len(segments)-1]
	kept := segments[:0]
	for _, s := range segments {
		switch {
		case s == "" || s == ".":
		case s != "..":
			kept = append(kept, s)
		case len(kept) > 0 && kept[len(kept)-1] != "..":
			kept = kept[:len(kept)-1]
		case !absolute:
			kept = append(kept, s)
		}
	}
	clean := strings.Join(kept, "/")
	if absolute {
		clean = "/" + clean
	}
	if len(kept) > 0 && slices.Contains([]string{"", ".", ".."}, last) {
		clean += "/"
	}
	return clean
}
