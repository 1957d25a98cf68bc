package schema

import (
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestDecimal(t *testing.T) {
	for text, want := range map[string]bool{"0": true, "-0": true, "+1": true, "1.": true, ".5": true, "-.5": true, "007": true, "1.50": true,
		"": false, ".": false, "+": false, "-.": false, "1e3": false, "1,5": false, "1.2.3": false, "--1": false, " 1": false, "٣": false, "NaN": false} {
		if _, ok := parseDecimal([]byte(text), false); ok != want {
			t.Errorf("%q: %v", text, ok)
		}
	}
	if _, ok := parseDecimal([]byte("1.0"), true); ok {
		t.Error("1.0 is no integer")
	}
	random := rand.New(rand.NewPCG(1, 2))
	number := func() string {
		digits := func(n int) string {
			var b strings.Builder
			for range random.IntN(n) {
				b.WriteByte(byte('0' + random.IntN(3)*random.IntN(5)))
			}
			return b.String()
		}
		return []string{"", "-", "+"}[random.IntN(3)] + digits(5) + "0." + digits(4)
	}
	for range 20_000 {
		a, b := number(), number()
		x, _ := new(big.Rat).SetString(a + "0")
		y, _ := new(big.Rat).SetString(b + "0")
		p, okA := parseDecimal([]byte(a), false)
		q, okB := parseDecimal([]byte(b), false)
		if !okA || !okB || p.compare(q) != x.Cmp(y) {
			t.Fatalf("%s, %s: %v, %v", a, b, p, q)
		}
		canon := y.FloatString(6)
		canon = strings.TrimRight(strings.TrimRight(canon, "0"), ".")
		if y.Sign() == 0 {
			canon = "0"
		}
		if p.is(canon) != (x.Cmp(y) == 0) {
			t.Fatalf("%s is %s: %v", a, canon, p.is(canon))
		}
	}
}

func TestMoment(t *testing.T) {
	for text, want := range map[string]bool{
		"2026-02-28": true, "2026-02-29": false, "2024-02-29": true, "1900-02-29": false, "2000-02-29": true, "2026-04-31": false, "2026-00-01": false,
		"2026-1-1": false, "12026-01-01": true, "02026-01-01": false, "0000-01-01": false, "-0001-01-01": true, "2026-01-01Z": true,
		"2026-01-01+14:00": true, "2026-01-01+14:01": false, "2026-01-01-13:59": true, "2026-01-01+1:00": false, "2026-01-01z": false,
		"2026-01-01T00:00:00": false, "": false, "2026": false, "2026-01-0a": false, "9999999999-01-01": false,
	} {
		if _, ok := parseMoment(dateKind, []byte(text)); ok != want {
			t.Errorf("date %q: %v", text, ok)
		}
	}
	for text, want := range map[string]bool{
		"2026-01-01T00:00:00": true, "2026-01-01T24:00:00": true, "2026-01-01T24:00:00.0": true, "2026-01-01T24:00:01": false, "2026-01-01T23:59:60": false,
		"2026-01-01T12:00:00.": false, "2026-01-01T12:00:00.123456789012Z": true, "2026-01-01T12:00": false, "2026-01-01 12:00:00": false,
		"2026-01-01T1a:00:00": false, "2026-01-01T": false, "2026-01-01": false,
	} {
		if _, ok := parseMoment(dateTimeKind, []byte(text)); ok != want {
			t.Errorf("dateTime %q: %v", text, ok)
		}
	}
	for at := time.Date(-300, 1, 1, 5, 6, 7, 0, time.UTC); at.Year() < 3000; at = at.Add(9999999 * time.Second) {
		if at.Year() < 1 {
			continue // four digits
		}
		m, ok := parseMoment(dateTimeKind, []byte(at.Format(time.RFC3339)))
		if !ok || m.seconds != at.Unix() || !m.zoned {
			t.Fatalf("%v: %+v", at, m)
		}
	}
}

// TestOrder compares moments with and without zones: XSD part 2 §3.2.7.4.
func TestOrder(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"2026-01-01T12:00:00Z", "2026-01-01T12:00:00Z", 0},
		{"2026-01-01T12:00:00Z", "2026-01-01T13:00:00+01:00", 0},
		{"2025-12-31T24:00:00Z", "2026-01-01T00:00:00Z", 0},
		{"2026-01-01T12:00:00.1Z", "2026-01-01T12:00:00.10Z", 0},
		{"2026-01-01T12:00:00.1Z", "2026-01-01T12:00:00.09Z", 1},
		{"2026-01-01T12:00:00", "2026-01-01T12:00:00", 0},
		{"2026-01-01T12:00:00", "2026-01-01T12:00:00Z", 2},
		{"2026-01-01T12:00:00", "2026-01-02T02:00:00Z", 2},
		{"2026-01-01T12:00:00", "2026-01-02T02:00:01Z", -1},
		{"2026-01-01T12:00:00", "2025-12-31T21:59:59Z", 1},
		{"2026-01-01T12:00:00Z", "2026-01-01T12:00:00", 2},
		{"2026-01-02T02:00:01Z", "2026-01-01T12:00:00", 1},
		{"2025-12-31T21:59:59Z", "2026-01-01T12:00:00", -1},
	} {
		a, okA := parseMoment(dateTimeKind, []byte(test.a))
		b, okB := parseMoment(dateTimeKind, []byte(test.b))
		if got := a.compare(b); !okA || !okB || got != test.want {
			t.Errorf("%s, %s: %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

func TestBounds(t *testing.T) {
	five := &bound{text: "5", number: decimal{whole: "5"}}
	day := &bound{text: "2026-01-02", moment: moment{seconds: 1767312000}}
	open := func(b bound) *bound { b.exclusive = true; return &b }
	v := new(validator)
	for _, test := range []struct {
		typ              simple
		less, same, more Code
	}{
		{simple{kind: decimalKind, lower: five}, CodeMinInclusive, "", ""},
		{simple{kind: decimalKind, lower: open(*five)}, CodeMinExclusive, CodeMinExclusive, ""},
		{simple{kind: decimalKind, upper: five}, "", "", CodeMaxInclusive},
		{simple{kind: decimalKind, upper: open(*five)}, "", CodeMaxExclusive, CodeMaxExclusive},
		{simple{kind: dateKind, lower: day}, CodeMinInclusive, "", ""},
		{simple{kind: dateKind, lower: open(*day)}, CodeMinExclusive, CodeMinExclusive, ""},
		{simple{kind: dateKind, upper: day}, "", "", CodeMaxInclusive},
		{simple{kind: dateKind, upper: open(*day)}, "", CodeMaxExclusive, CodeMaxExclusive},
	} {
		values := []string{"4.9", "5.0", "5.01"}
		if test.typ.kind == dateKind {
			values = []string{"2026-01-01", "2026-01-02", "2026-01-03"}
		}
		for i, want := range []Code{test.less, test.same, test.more} {
			if _, bad := v.check(&test.typ, []byte(values[i])); bad.code != want {
				t.Errorf("%s with %+v, %+v: %q, want %q", values[i], test.typ.lower, test.typ.upper, bad.code, want)
			}
		}
	}
}

func TestForms(t *testing.T) {
	for form, values := range map[form]map[string]bool{
		ncNameForm:   {"a": true, "_a-b.c": true, "ą": true, "a:b": false, "1a": false, "": false, "-a": false, "a b": false, "\u00b7a": false, "a\u00b7": true},
		nameForm:     {"a:b": true, ":a": true, "a": true, "1": false},
		nmtokenForm:  {"1a": true, "-": true, "a:b": true, "": false, "a b": false, "\xff": false},
		qnameForm:    {"a": true, "a:b": true, "a:": false, ":a": false, "a:b:c": false, "a:1": false, "": false},
		languageForm: {"pl": true, "en-GB": true, "x-klingon": true, "pl-": false, "-pl": false, "polszczyzna": false, "p1": false, "a-b1": true, "": false},
	} {
		for value, want := range values {
			if got := form.matches([]byte(value)); got != want {
				t.Errorf("form %d, %q: %v", form, value, got)
			}
		}
	}
}

func TestBinary(t *testing.T) {
	for value, want := range map[string]int{"": 0, "QQ==": 1, "Q Q = =": 1, "QUI=": 2, "QUJD": 3, "QUJDQQ==": 4,
		"Q": -1, "QQ=": -1, "QQ": -1, "QR==": -1, "QUJ=": -1, "====": -1, "Q===": -1, "QQ==QQ==": -1, "Q-J_": -1, "żż==": -1} {
		n, ok := base64Length([]byte(value))
		if !ok {
			n = -1
		}
		if n != want {
			t.Errorf("base64 %q: %d", value, n)
		}
	}
	for value, want := range map[string]bool{"": true, "0f": true, "0F1a": true, "0": false, "0g": false} {
		if _, ok := hexLength([]byte(value)); ok != want {
			t.Errorf("hex %q: %v", value, ok)
		}
	}
}

func TestNormalize(t *testing.T) {
	v := new(validator)
	for in, want := range map[string]string{"": "", " ": "", "a": "a", " a ": "a", "a b": "a b", "a  b": "a b", "\n a\t\tb \r\n c ": "a b c", "a \u00a0b": "a \u00a0b"} {
		if got := string(v.normalize(collapse, []byte(in))); got != want {
			t.Errorf("%q collapses to %q", in, got)
		}
	}
	if got := string(v.normalize(replace, []byte(" a\n\tb\r"))); got != " a  b " {
		t.Errorf("replaced: %q", got)
	}
}

// TestTables makes sure that the generator and the package agree on the hash
// of names, and that the tables are sound.
func TestTables(t *testing.T) {
	for form := FA2; form <= UPO; form++ {
		table := forms[form].table
		for n := 1; n < len(table.names); n++ {
			e := table.names[n]
			if got := table.find([]byte(e.local), sumOf([]byte(e.local)), e.space); int(got) != n {
				t.Fatalf("%v: name %d, %s, is found as %d", form, n, e.local, got)
			}
		}
		if table.find([]byte("nigdzie"), sumOf([]byte("nigdzie")), 4) != 0 {
			t.Errorf("%v: an unknown name is found", form)
		}
		root := table.names[table.elements[table.roots[forms[form].which]].name]
		if root.local != form.Root() || table.namespaces[root.space] != form.Namespace() {
			t.Errorf("%v: the root is %s in %s", form, root.local, table.namespaces[root.space])
		}
		for i, s := range table.simples {
			if s == nil {
				continue
			}
			if len(s.values) >= sortedFrom && s.kind != decimalKind {
				for k := 1; k < len(s.values); k++ {
					if s.values[k-1] >= s.values[k] {
						t.Errorf("%v: the values of simple type %d are not sorted", form, i)
					}
				}
			}
		}
	}
}
