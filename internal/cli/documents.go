package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/schema"
)

// document is an invoice document that somebody named, by itself or in a
// directory.
type document struct {
	name    string // as it is shown
	file    string // where it is; "" for content
	content []byte // of standard input
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

// headSize is how much of a document is read to see what form it has.
const headSize = 64 << 10

// formOf tells the form of a document.
func (a *app) formOf(d document) (schema.Form, error) {
	r, err := d.open()
	if err != nil {
		return schema.Any, err
	}
	defer r.Close()
	head, err := io.ReadAll(io.LimitReader(r, headSize))
	if err != nil {
		return schema.Any, err
	}
	form, err := schema.Detect(head)
	if err != nil {
		return schema.Any, &usageError{fmt.Sprintf("%s: %s", d.name, a.say.errorText(err)), ""}
	}
	if form.Code() == (schema.FormCode{}) {
		return schema.Any, &usageError{fmt.Sprintf("%s: %s", d.name, a.say.notAnInvoice(form.String())), ""}
	}
	return form, nil
}

// commonForm is the form of all documents: a session takes those of one form.
func (a *app) commonForm(docs []document) (ksef.FormCode, error) {
	var common schema.Form
	for i, d := range docs {
		form, err := a.formOf(d)
		if err != nil {
			return ksef.FormCode{}, err
		}
		if i > 0 && form != common {
			return ksef.FormCode{}, &usageError{a.say.mixedForms(docs[0].name, common.String(), d.name, form.String()), ""}
		}
		common = form
	}
	code := common.Code()
	return ksef.FormCode{System: code.SystemCode, Schema: code.SchemaVersion, Value: code.Value}, nil
}
