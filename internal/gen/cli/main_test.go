package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// What is committed is what the commands say now.
func TestReferenceIsFresh(t *testing.T) {
	pages, err := reference()
	if err != nil {
		t.Fatal(err)
	}
	for kind, folder := range folders {
		dir := filepath.Join("..", folder) // we are one deeper than who generates
		committed, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range committed {
			if _, there := pages[kind][file.Name()]; !there {
				t.Errorf("%s/%s: no such command: go generate ./internal/cli", kind, file.Name())
			}
		}
		for name, want := range pages[kind] {
			got, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s/%s is stale: go generate ./internal/cli (%v)", kind, name, err)
			}
		}
	}
}
