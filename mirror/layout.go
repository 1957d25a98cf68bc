package mirror

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/ksef-go/ksef"
)

// places are the roles, each with the bit that stands for it in the index and
// the folder of the invoices that came in it first.
var places = []struct {
	role   ksef.Role
	folder string
}{
	{ksef.Seller, "sales"},
	{ksef.Buyer, "purchases"},
	{ksef.ThirdParty, "third-party"},
	{ksef.Authorized, "authorized"},
}

// roleBit is the bit of a role in the index; 0 if there is no such role.
func roleBit(role ksef.Role) int64 {
	for i, p := range places {
		if p.role == role {
			return 1 << i
		}
	}
	return 0
}

func rolesOf(bits int64) (roles []ksef.Role) {
	for i, p := range places {
		if bits&(1<<i) != 0 {
			roles = append(roles, p.role)
		}
	}
	return roles
}

// fileName is the name of an invoice's file. Only what cannot lead anywhere
// else, on no system, is one: KSeF's numbers, of which nothing more is asked.
func fileName(n ksef.KSeFNumber) (string, error) {
	s := string(n)
	ok := len(s) >= len("5261040828-20260201") && len(s) <= 36 && s[10] == '-' &&
		!strings.ContainsFunc(s, func(r rune) bool { return !strings.ContainsRune("0123456789ABCDEF-", r) }) &&
		!slices.Contains([]byte(s[11:17]), '-')
	if !ok {
		return "", fmt.Errorf("%q is not the number of an invoice", s)
	}
	return s + ".xml", nil
}

// numberOf is the number of the invoice whose file has a name.
func numberOf(name string) string { return strings.TrimSuffix(name, ".xml") }

// filePath is where the file of an invoice lies that came in a role, with
// slashes: by the month in which KSeF took it in, which its number tells.
func filePath(role ksef.Role, name string) (string, error) {
	for _, p := range places {
		if p.role == role {
			return path.Join(p.folder, name[11:15]+"-"+name[15:17], name), nil
		}
	}
	return "", fmt.Errorf("a role %q, which no folder is for", role)
}
