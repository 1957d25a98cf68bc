// Command contract derives internal/contract/openapi.json, the contract of the
// KSeF API, from the ministry's OpenAPI document: names, types and constraints,
// no prose. What later releases added stands in overlay.json and is merged in.
//
//	go run ./internal/gen/contract [-spec openapi.json] [-out file]
//	go run ./internal/gen/contract -diff newer.json [-raw]
//
// The second form writes nothing. It prints what a newer OpenAPI document
// changes against the committed contract, overlay included; unless -raw is
// given, also what of that the client and the sandbox lack, by type and operation,
// and which entries of the overlay have had their day. See docs/MAINTAINING.md.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/ksef-go/ksef/internal/contract"
)

// version is the release of the API that the default document describes.
const version = "2.7.0"

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "contract:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	flags := flag.NewFlagSet("contract", flag.ContinueOnError)
	spec := flags.String("spec", defaultSpec(root), "the OpenAPI document")
	out := flags.String("out", filepath.Join(root, "internal/contract/openapi.json"), "the contract")
	newer := flags.String("diff", "", "compare the contract with this newer OpenAPI document")
	raw := flags.Bool("raw", false, "compare the contract only, not the module")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *newer != "" {
		return report(stdout, root, *out, *newer, *raw)
	}
	text, err := generate(*spec)
	if err != nil {
		return err
	}
	return os.WriteFile(*out, text, 0o644)
}

// generate returns the contract of an OpenAPI document with the overlay merged.
func generate(spec string) ([]byte, error) {
	doc, err := derive(spec)
	if err != nil {
		return nil, err
	}
	if err := merge(doc, overlay); err != nil {
		return nil, err
	}
	text, err := render(doc)
	if err != nil {
		return nil, err
	}
	if _, err := contract.Parse(text); err != nil {
		return nil, err
	}
	return text, nil
}

// report prints what a newer document means for the contract and, unless raw,
// for the module and the overlay.
func report(w io.Writer, root, committed, newer string, raw bool) error {
	data, err := os.ReadFile(committed)
	if err != nil {
		return err
	}
	var old contract.Document
	if err := json.Unmarshal(data, &old); err != nil {
		return fmt.Errorf("%s: %w", committed, err)
	}
	doc, err := derive(newer)
	if err != nil {
		return err
	}
	if err := diff(w, &old, doc); err != nil || raw {
		return err
	}
	if err := missing(w, root, doc); err != nil {
		return err
	}
	return outdated(w, doc, overlay)
}

// moduleRoot looks for go.mod upwards: go generate runs in the package's
// folder, go run in the module's.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("no go.mod above the working directory")
		}
		dir = parent
	}
}

// defaultSpec is where the OpenAPI document lies, which is not committed: in
// the folder that KSEF_SHARED names, else in one beside the module.
func defaultSpec(root string) string {
	shared := os.Getenv("KSEF_SHARED")
	if shared == "" {
		shared = filepath.Join(root, "..", "shared")
	}
	return filepath.Join(shared, "spec", "openapi-"+version+".json")
}
