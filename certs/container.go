package certs

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf16"
)

// maxInput is far above what certificates, chains and keys need: some kilobytes.
const maxInput = 1 << 20

// What PEM calls a certificate and a private key.
const (
	labelCertificate = "CERTIFICATE"
	labelKey         = "PRIVATE KEY"
)

// A container is what a file or a byte slice holds, each item as a PEM block.
type container struct {
	name   string // of the file, "" if there is none
	blocks []*pem.Block
}

// fail says that err is about the container.
func (c container) fail(err error) error {
	if c.name == "" {
		return fmt.Errorf("certs: %w", err)
	}
	return fmt.Errorf("certs: %s: %w", c.name, err)
}

// only returns the blocks that keep tells to keep.
func (c container) only(keep func(label string) bool) []*pem.Block {
	var kept []*pem.Block
	for _, b := range c.blocks {
		if keep(b.Type) {
			kept = append(kept, b)
		}
	}
	return kept
}

func isCertificate(label string) bool {
	return label == labelCertificate || label == "X509 CERTIFICATE"
}

func isKey(label string) bool { return strings.HasSuffix(label, labelKey) }

// holds lists what there is in the container, for errors about what is not. The
// labels come from outside and may be anything.
func (c container) holds() string {
	var labels []string
	for _, b := range c.blocks {
		if len(labels) < 4 && !slices.Contains(labels, b.Type) {
			labels = append(labels, b.Type)
		}
	}
	if len(labels) == 0 {
		return "nothing of use"
	}
	return fmt.Sprintf("%.64q", strings.Join(labels, ", "))
}

func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("certs: %w", err)
	}
	defer f.Close()
	// One byte over the limit is enough to notice that there is more.
	data, err := io.ReadAll(io.LimitReader(f, maxInput+1))
	if err != nil {
		return nil, fmt.Errorf("certs: %w", err)
	}
	return data, nil
}

func tooBig(size int) error {
	return explain(ErrLimit, "%d bytes or more, where %d are allowed; is this the right file?", size, maxInput)
}

// openPEM fills the container with the PEM blocks in data, or with the one thing
// that data is in DER or in bare Base64, the form in which KSeF hands out
// certificates.
func (c *container) openPEM(data []byte) error {
	if len(data) > maxInput {
		return tooBig(len(data))
	}
	data = plainText(data)
	for rest := data; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		c.blocks = append(c.blocks, block)
	}
	// pem.Decode passes over blocks that it cannot read.
	if begun := bytes.Count(data, []byte("-----BEGIN ")); begun > len(c.blocks) {
		return explain(ErrFormat, "%d of %d PEM blocks are damaged; copy the whole file again, from -----BEGIN to -----END", begun-len(c.blocks), begun)
	}
	if len(c.blocks) > 0 {
		return nil
	}
	der := data
	if decoded, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(data))); err == nil {
		der = decoded
	}
	switch kindOf(der) {
	case kindUnknown, kindPKCS12:
		return explain(ErrFormat, "neither PEM nor DER but %s", describe(data))
	case kindCertificate:
		c.blocks = []*pem.Block{{Type: labelCertificate, Bytes: der}}
	default:
		c.blocks = []*pem.Block{{Type: labelKey, Bytes: der}}
	}
	return nil
}

// plainText drops a byte order mark; UTF-16, which PowerShell writes when output
// is redirected, becomes ASCII.
func plainText(data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	little, big := bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff"))
	if !little && !big {
		return data
	}
	var units []uint16
	for pair := range slices.Chunk(data[2:len(data)&^1], 2) {
		if little {
			units = append(units, uint16(pair[1])<<8|uint16(pair[0]))
		} else {
			units = append(units, uint16(pair[0])<<8|uint16(pair[1]))
		}
	}
	return []byte(string(utf16.Decode(units)))
}

// describe says what data looks like, for errors about data that is something
// else than it should be.
func describe(data []byte) string {
	switch text := bytes.TrimSpace(data); {
	case len(text) == 0:
		return "empty"
	case bytes.Contains(text, []byte("-----BEGIN ")):
		return "PEM; read it with LoadPEM or ParsePEM"
	case text[0] == '<':
		return "XML or HTML; is this the right file?"
	}
	switch kindOf(data) {
	case kindPKCS12:
		return "PKCS#12; read it with LoadP12 or ParseP12"
	case kindCertificate:
		return "a certificate in DER; read it with LoadPEM or ParsePEM, which also want the key"
	case kindUnknown:
		return "something unknown or damaged; is this the right file?"
	default:
		return "a private key in DER; read it with LoadPEM or ParsePEM, which also want the certificate"
	}
}
