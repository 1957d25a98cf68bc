package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ksef-go/ksef"
)

// edges puts grants into a graph: "entity client office InvoiceRead+" is what the client lets the office do,
// and may be delegated; "indirect office all person InvoiceRead" is for all clients, and instead of all there may
// be one.
func edges(t *testing.T, s *Server, names map[string]identifier, list ...string) {
	t.Helper()
	id := func(name string) identifier {
		if i, ok := names[name]; ok {
			return i
		}
		t.Fatalf("nobody is called %q", name)
		return identifier{}
	}
	for _, edge := range list {
		f := strings.Fields(edge)
		p, delegable := strings.CutSuffix(f[len(f)-1], "+")
		g := &grant{from: id(f[1]), in: id(f[1]), to: id(f[len(f)-2]), permission: ksef.Permission(p), delegable: delegable}
		switch f[0] {
		case "person":
			g.kind = toPerson
		case "entity":
			g.kind = toEntity
		case "indirect":
			g.kind, g.in = indirect, id(f[2])
		case "subunit":
			g.kind, g.in = subunitAdmin, id(f[2])
		case "authorization":
			g.kind, g.in = authorizationGrant, g.to
		default:
			t.Fatalf("%q is no kind", f[0])
		}
		s.give(g, time.Time{})
	}
}

// Who may do what where, and whether it is active, without any requests.
func TestEffectivePermissions(t *testing.T) {
	names := map[string]identifier{
		"client": {"Nip", nipA}, "office": {"Nip", nipB}, "other": {"Nip", nipC}, "person": {"Pesel", pesel}, "second": {"Pesel", pesel2},
		"unit": {"InternalId", unitA}, "eu": {"NipVatUe", euA}, "all": allPartners, "provider": {"PeppolId", "PPL000001"},
		"certificate": {"Fingerprint", strings.Repeat("A1", 32)}, "self-employed": {"Nip", nipD},
	}
	for _, tt := range []struct {
		edges   string // separated by semicolons
		who, in string
		want    string
	}{
		// Owners, and their linked numbers. Nobody else owns anything.
		{"", "client", "client", "Owner"},
		{"", "self-employed", "self-employed", "Owner"},
		{"", "second", "self-employed", "Owner"}, // linked in this test
		{"", "client", "office", ""},
		{"", "client", "unit", ""},
		{"", "client", "eu", ""},
		{"", "provider", "provider", "PefInvoiceWrite"},
		{"person client client InvoiceRead", "client", "client", "Owner"}, // more than all there is not
		// Direct grants, by either number of the same person.
		{"person client person InvoiceRead; person client person CredentialsManage", "person", "client", "InvoiceRead CredentialsManage"},
		{"person client person InvoiceRead", "person", "office", ""},
		{"person client person InvoiceRead", "second", "client", ""},
		{"person client second InvoiceRead", "self-employed", "client", "InvoiceRead"},
		{"person client self-employed InvoiceRead", "second", "client", "InvoiceRead"},
		{"person client certificate Introspection", "certificate", "client", "Introspection"},
		// Entities themselves; not whoever works there.
		{"entity client office InvoiceRead", "office", "client", "InvoiceRead"},
		{"entity client office InvoiceRead; person office person InvoiceRead", "person", "client", ""},
		{"entity client office InvoiceRead; entity client office InvoiceRead+", "office", "client", "InvoiceRead"},
		{"entity client self-employed InvoiceWrite", "second", "client", "InvoiceWrite"},
		{"entity unit client InvoiceRead", "client", "unit", "InvoiceRead"},
		{"entity unit client InvoiceRead+", "client", "client", "Owner"},
		// Indirect grants need the client's leave, for each permission and each intermediary.
		{"indirect office client person InvoiceRead", "person", "client", ""},
		{"entity client office InvoiceRead; indirect office client person InvoiceRead", "person", "client", ""},
		{"entity client office InvoiceWrite+; indirect office client person InvoiceRead", "person", "client", ""},
		{"entity client other InvoiceRead+; indirect office client person InvoiceRead", "person", "client", ""},
		{"entity other office InvoiceRead+; indirect office client person InvoiceRead", "person", "client", ""},
		{"entity client office InvoiceRead+; indirect office client person InvoiceRead", "person", "client", "InvoiceRead"},
		{"entity client office InvoiceRead+; indirect office client person InvoiceRead", "second", "client", ""},
		{"entity client office InvoiceRead+; indirect office client person InvoiceRead", "person", "office", ""},
		{"entity client office InvoiceRead+; entity other office InvoiceRead+; indirect office client person InvoiceRead", "person", "other", ""},
		{"entity unit office InvoiceRead+; indirect office unit person InvoiceRead", "person", "unit", "InvoiceRead"},
		{"entity unit office InvoiceRead+; indirect office client person InvoiceRead", "person", "unit", ""},
		// General ones hold wherever a client gives leave.
		{"indirect office all person InvoiceRead", "person", "client", ""},
		{"entity client office InvoiceRead+; indirect office all person InvoiceRead", "person", "client", "InvoiceRead"},
		{"entity client office InvoiceRead+; indirect office all person InvoiceRead; indirect office all person InvoiceWrite", "person", "client", "InvoiceRead"},
		{"entity client office InvoiceRead+; indirect other all person InvoiceRead", "person", "client", ""},
		{"entity client office InvoiceRead+; indirect office all person InvoiceRead", "person", "other", ""},
		{"entity client office InvoiceRead+; indirect office all person InvoiceRead; indirect office client person InvoiceRead", "person", "client", "InvoiceRead"},
		// Leave cannot be handed on further.
		{"entity client office InvoiceRead+; entity office other InvoiceRead+; indirect other client person InvoiceRead", "person", "client", ""},
		// Units, EU taxpayers, authorizations.
		{"subunit client unit person CredentialsManage", "person", "unit", "CredentialsManage"},
		{"subunit client unit person CredentialsManage", "person", "client", ""},
		{"person eu certificate VatUeManage", "certificate", "eu", "VatUeManage"},
		{"authorization client office SelfInvoicing", "office", "client", ""},
		{"authorization client office SelfInvoicing", "office", "office", "Owner"},
		{"authorization client provider PefInvoicing", "provider", "provider", "PefInvoiceWrite"},
	} {
		s := New(nil)
		s.state.persons[nipD] = &testPerson{pesel: pesel2}
		if tt.edges != "" {
			edges(t, s, names, strings.Split(tt.edges, ";")...)
		}
		got := strings.Trim(fmt.Sprint(s.state.permissions(names[tt.who], names[tt.in])), "[]")
		if got != tt.want {
			t.Errorf("%s: %s in %s has %q, want %q", tt.edges, tt.who, tt.in, got, tt.want)
		}
	}
}

// Whether a permission that was handed on has any effect depends on who looks at it.
func TestInactivePermissions(t *testing.T) {
	names := map[string]identifier{"client": {"Nip", nipA}, "office": {"Nip", nipB}, "other": {"Nip", nipC}, "person": {"Pesel", pesel}, "all": allPartners}
	for _, tt := range []struct {
		edges, from string
		active      bool
	}{
		{"indirect office client person InvoiceRead", "office", false},
		{"indirect office all person InvoiceRead", "office", false},
		{"entity client office InvoiceRead+; indirect office client person InvoiceRead", "office", true},
		{"entity client office InvoiceRead+; indirect office client person InvoiceRead", "client", true},
		{"entity client office InvoiceRead; indirect office client person InvoiceRead", "office", false},
		{"entity other office InvoiceRead+; indirect office client person InvoiceRead", "office", false},
		{"entity client office InvoiceRead+; indirect office all person InvoiceRead", "office", true},
		{"entity client office InvoiceRead+; indirect office all person InvoiceRead", "client", true},
		{"entity client office InvoiceRead+; indirect office all person InvoiceRead", "other", false},
		{"entity client office InvoiceRead", "client", true}, // nothing else is ever inactive
	} {
		s := New(nil)
		list := strings.Split(tt.edges, ";")
		edges(t, s, names, list...)
		for _, g := range s.state.graph.byID {
			last := g.kind == indirect || len(list) == 1
			if last && s.state.graph.active(g, names[tt.from]) != tt.active {
				t.Errorf("%s, from %s: active is not %v", tt.edges, tt.from, tt.active)
			}
		}
	}
}

// Taking away is exact, and empty contexts are forgotten.
func TestGraphRemoves(t *testing.T) {
	s := New(nil)
	names := map[string]identifier{"client": {"Nip", nipA}, "office": {"Nip", nipB}, "person": {"Pesel", pesel}}
	edges(t, s, names, "person client person InvoiceRead", "person client person InvoiceWrite", "person office person InvoiceRead", "person client person InvoiceRead")
	graph := &s.state.graph
	if len(graph.byID) != 3 {
		t.Fatalf("%d grants", len(graph.byID))
	}
	graph.removeAll(func(g *grant) bool { return g.permission == ksef.InvoiceRead })
	if got := fmt.Sprint(graph.permissions([]identifier{names["person"]}, names["client"])); got != "[InvoiceWrite]" {
		t.Errorf("left: %s", got)
	}
	if len(graph.byID) != 1 || len(graph.in) != 1 {
		t.Errorf("left: %d grants in %d contexts", len(graph.byID), len(graph.in))
	}
}
