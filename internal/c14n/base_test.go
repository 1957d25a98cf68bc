package c14n

import "testing"

func TestJoin(t *testing.T) {
	for _, test := range []struct{ base, ref, want string }{
		// The changes of Canonical XML 1.1 §2.4, with its examples.
		{"abc/", "../", ""},
		{"../", "../", "../../"},
		{"..", "..", "../../"},
		{"..", "x", "../x"},
		{"a/..", "x", "x"},
		{"a//b//", "c", "a/b/c"},
		{"a/b/c", "../../..", "../"},
		{"a", "b#f", "b"},
		{"a#f", "", "a"},
		{"a", "#f", "a"},
		{"", "", ""},
		{"", "a", "a"},
		// RFC 3986 §5.4.
		{"http://a/b/c/d;p?q", "g:h", "g:h"},
		{"http://a/b/c/d;p?q", "g", "http://a/b/c/g"},
		{"http://a/b/c/d;p?q", "./g", "http://a/b/c/g"},
		{"http://a/b/c/d;p?q", "g/", "http://a/b/c/g/"},
		{"http://a/b/c/d;p?q", "/g", "http://a/g"},
		{"http://a/b/c/d;p?q", "//g", "http://g"},
		{"http://a/b/c/d;p?q", "?y", "http://a/b/c/d;p?y"},
		{"http://a/b/c/d;p?q", "g?y", "http://a/b/c/g?y"},
		{"http://a/b/c/d;p?q", "g?y/./x", "http://a/b/c/g?y/./x"},
		{"http://a/b/c/d;p?q", ";x", "http://a/b/c/;x"},
		{"http://a/b/c/d;p?q", "", "http://a/b/c/d;p?q"},
		{"http://a/b/c/d;p?q", ".", "http://a/b/c/"},
		{"http://a/b/c/d;p?q", "..", "http://a/b/"},
		{"http://a/b/c/d;p?q", "../g", "http://a/b/g"},
		{"http://a/b/c/d;p?q", "../../../g", "http://a/g"},
		{"http://a/b/c/d;p?q", "/./g", "http://a/g"},
		{"http://a/b/c/d;p?q", "g.", "http://a/b/c/g."},
		{"http://a/b/c/d;p?q", "..g", "http://a/b/c/..g"},
		{"http://a/b/c/d;p?q", "g;x=1/../y", "http://a/b/c/y"},
		{"http://a", "g", "http://a/g"},
		{"http://a?q", "", "http://a?q"},
		{"http://a?q", "?", "http://a?"},
		{"http://a/b", "http://c/d/../e", "http://c/e"},
		{"//a/b", "c", "//a/c"},
		{"urn:a:b", "c", "urn:c"},
		{"a", "urn:b:c", "urn:b:c"},
		{"a/b:c", "d", "a/d"},
	} {
		if got := join(test.base, test.ref); got != test.want {
			t.Errorf("%q and %q are %q, want %q", test.base, test.ref, got, test.want)
		}
	}
}

// TestWithoutDots goes through the kinds of rows that Canonical XML 1.1 appendix A has.
func TestWithoutDots(t *testing.T) {
	for path, want := range map[string]string{
		"": "", ".": "", "./": "", "./.": "", "..": "../", "../": "../", "../..": "../../", "../../..": "../../../",
		"/": "/", "/.": "/", "/..": "/", "/../..": "/", "/./.././..": "/", "//..": "/", "//..//..": "/", "//a/..": "/",
		"a/..": "", "a/../": "", "a/../..": "../", "a/../../": "../", "../../a/..": "../../", "../../a/../..": "../../../",
		"a/b/..": "a/", "a/b/../": "a/", "a/b/../c": "a/c", "a/b/../c/": "a/c/", "a/b/c/d/../../..": "a/",
		"/a/b/..": "/a/", "/a/b/c/./../../g": "/a/g", "a/b=1/../c": "a/c",
		"a/.././/b/c.d": "b/c.d", "a/b//..//.///c": "a/c",
		"..a/..b/..c/../../..d": "..a/..d", "...": "...", "/..a/../": "/",
	} {
		if got := withoutDots(path); got != want {
			t.Errorf("%q is %q, want %q", path, got, want)
		}
	}
}
