package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// document is an invoice document that somebody named, by itself or in a
// directory.
type document struct {
	name    string // as it is shown
	file    string // where it is; "" for content
	content []byte // of standard input
	flaw    string // why it is no invoice, and is not sent
}

// read returns the document.
func (d *document) read() ([]byte, error) {
	if d.file == "" {
		return d.content, nil
	}
	return os.ReadFile(d.file)
}

// open opens the document to be read.
func (d *document) open() (io.ReadCloser, error) {
	if d.file == "" {
		return io.NopCloser(bytes.NewReader(d.content)), nil
	}
	return os.Open(d.file)
}

// hash is the SHA-256 of the document as it is now, in hexadecimal digits.
func (d *document) hash() (string, error) {
	r, err := d.open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// path is where the document's file is, however it was named; "" for content.
func (d *document) path() (string, error) {
	if d.file == "" {
		return "", nil
	}
	return filepath.Abs(d.file)
}

// documents finds the invoice documents that names stand for: files, the files
// in directories and below them whose names end in .xml, "-" for standard input.
// A document that two names stand for is there once.
func (a *app) documents(names []string) ([]document, error) {
	var all []document
	seen := map[string]bool{}
	add := func(name, file string) {
		if !seen[file] {
			seen[file] = true
			all = append(all, document{name: name, file: file})
		}
	}
	for _, name := range names {
		if name == dash {
			content, err := io.ReadAll(a.stdin)
			if err != nil {
				return nil, err
			}
			all = append(all, document{name: "stdin.xml", content: content})
			continue
		}
		top := a.path(name)
		info, err := os.Stat(top)
		if err != nil {
			return nil, a.unusable(err)
		}
		if !info.IsDir() {
			add(name, filepath.Clean(top))
			continue
		}
		before := len(all)
		err = filepath.WalkDir(top, func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.EqualFold(filepath.Ext(file), ".xml") {
				return err
			}
			below, err := filepath.Rel(top, file)
			if err == nil {
				add(filepath.Join(name, below), file)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(all) == before {
			return nil, &usageError{name + ": " + a.say.noDocuments(), ""}
		}
	}
	return all, nil
}
