package sandbox

import (
	"slices"
	"strings"

	"github.com/ksef-go/ksef"
	"github.com/ksef-go/ksef/internal/seal"
	"github.com/ksef-go/ksef/schema"
)

// formCode is a form code in a request.
type formCode struct {
	System string `json:"systemCode"`
	Schema string `json:"schemaVersion"`
	Value  string `json:"value"`
}

// sendingForm reads a form code that a session of the given kind can have in a context: the Peppol forms are sent
// by Peppol providers, one by one.
func (v *validation) sendingForm(code *formCode, context identifier, batch bool) schema.Form {
	if !v.required("formCode", code != nil) {
		return schema.Any
	}
	form := schema.FormOf(schema.FormCode{SystemCode: code.System, SchemaVersion: code.Schema, Value: code.Value})
	peppol := form == schema.PEF || form == schema.PEFKOR
	if form == schema.Any || peppol != (context.Type == ksef.KindPeppolID) || peppol && batch {
		v.add("Wskazany kod formularza nie jest wspierany.")
	}
	return form
}

// encryptionInfo is a key in a request.
type encryptionInfo struct {
	Key   []byte  `json:"encryptedSymmetricKey"`
	IV    []byte  `json:"initializationVector"`
	KeyID *string `json:"publicKeyId"`
}

func (v *validation) encryption(in *encryptionInfo) {
	if !v.required("encryption", in != nil) {
		return
	}
	v.required("encryption.encryptedSymmetricKey", len(in.Key) > 0)
	if v.required("encryption.initializationVector", len(in.IV) > 0) && len(in.IV) != 16 {
		v.add("'encryption.initializationVector' must be 16 bytes in length. You entered %d bytes.", len(in.IV))
	}
	if in.KeyID != nil {
		v.length("encryption.publicKeyId", *in.KeyID, 44, 44)
	}
}

// newSending makes a session. A key that cannot be unwrapped is no reason to refuse it: KSeF looks later.
func (s *Server) newSending(c *call, kind string, form schema.Form, in *encryptionInfo) (*sending, error) {
	x := &sending{
		reference: s.source.reference(kind, c.now), opener: c.by.session, form: form,
		checkNIP: slices.ContainsFunc(strings.Split(c.r.Header.Get("X-KSeF-Feature"), ","),
			func(f string) bool { return strings.TrimSpace(f) == "subject-identifier-validation" }),
		opened: c.now, updated: c.now, noticing: s.accept(c.now),
	}
	key, opened, err := s.keys.open(symmetricEncryption, in.KeyID, in.Key, c.now)
	if err != nil {
		return nil, err
	}
	if opened {
		x.key, err = seal.FromBytes(key, in.IV)
		x.keyGood = err == nil
	}
	return x, nil
}

// hash demands a SHA-256 in Base64.
func (v *validation) hash(name, value string) seal.Hash {
	var h seal.Hash
	v.form(name, value, h.UnmarshalText([]byte(value)) == nil)
	return h
}

func (v *validation) atLeastOne(name string, n int64) {
	if n < 1 {
		v.add("'%s' must be greater than or equal to '1'.", name)
	}
}
