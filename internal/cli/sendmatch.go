package cli

import (
	"encoding/hex"
	"errors"
	"io/fs"
	"slices"

	"github.com/ksef-go/ksef"
)

// owner is the document that a sent one is: none, below 0, or one that has
// changed since.
type owner struct {
	doc  int
	same bool
}

// whose tells of each document that was sent which one it is now: that of its
// name and content, that of its content, or that of its name.
func whose(sent []ksef.SessionInvoice, docs []packed) ([]owner, error) {
	byName, byHash := map[string]int{}, map[string][]int{}
	hashes := make([]string, len(docs))
	for i, d := range docs {
		hash, err := d.hash()
		if errors.Is(err, fs.ErrNotExist) {
			continue // as if it had been gone before
		}
		if err != nil {
			return nil, err
		}
		hashes[i], byName[d.inside] = hash, i
		byHash[hash] = append(byHash[hash], i)
	}
	owners, taken := make([]owner, len(sent)), make([]bool, len(docs))
	take := func(i, doc int, same bool) { owners[i], taken[doc] = owner{doc, same}, true }
	for i := range sent {
		owners[i].doc = -1
		if doc, ok := byName[sent[i].FileName]; ok && hashes[doc] == hex.EncodeToString(sent[i].Hash) {
			take(i, doc, true)
		}
	}
	free := func(doc int) bool { return !taken[doc] }
	for i := range sent {
		if same := byHash[hex.EncodeToString(sent[i].Hash)]; owners[i].doc < 0 {
			if n := slices.IndexFunc(same, free); n >= 0 {
				take(i, same[n], true)
			}
		}
	}
	for i := range sent {
		if doc, ok := byName[sent[i].FileName]; ok && owners[i].doc < 0 && free(doc) {
			take(i, doc, false)
		}
	}
	return owners, nil
}
