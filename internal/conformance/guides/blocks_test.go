package guides

import (
	"slices"
	"testing"
)

func TestBlocks(t *testing.T) {
	got, err := Blocks([]byte("text\n```sh\nls\n\nps\n```\n<!-- not run: it would never end -->\n```sh\nyes\n```\n\n  ```go\nx := 1\n  ```\n<!-- given: mkdir x -->\n"))
	want := []Block{{"sh", "ls\n\nps\n", 3, "", false}, {"sh", "yes\n", 9, "it would never end", false}, {"go", "x := 1\n", 13, "", false}, {"sh", "mkdir x\n", 15, "", true}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := Blocks([]byte("```sh\nls\n")); err == nil {
		t.Error("an open block passes")
	}
}
