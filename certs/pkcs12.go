package certs

import (
	"crypto/tls"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"

	"github.com/ksef-go/ksef/certs/internal/ber"
)

// LoadP12 reads a certificate and its private key from a PKCS#12 file (.p12 or
// .pfx), as [ParseP12] does.
func LoadP12(file, password string) (tls.Certificate, error) {
	data, err := readFile(file)
	if err != nil {
		return tls.Certificate{}, err
	}
	return parseP12(file, data, newSecret(password))
}

// ParseP12 reads a certificate and its private key from a PKCS#12 archive
// (RFC 7292, with the MAC of RFC 9879 too). Of several keys the first one that
// belongs to a certificate is taken. An archive with an empty password, or with
// none, wants "".
func ParseP12(data []byte, password string) (tls.Certificate, error) {
	return parseP12("", data, newSecret(password))
}

func parseP12(name string, data []byte, s *secret) (tls.Certificate, error) {
	c := container{name: name}
	if err := c.openP12(data, s); err != nil {
		return tls.Certificate{}, c.fail(err)
	}
	return join(c, c, s)
}

// Content types, RFC 5652, and bag types, RFC 7292 §4.2.
const (
	oidData          = "1.2.840.113549.1.7.1"
	oidEncryptedData = "1.2.840.113549.1.7.6"

	oidKeyBag          = "1.2.840.113549.1.12.10.1.1"
	oidShroudedKeyBag  = "1.2.840.113549.1.12.10.1.2"
	oidCertBag         = "1.2.840.113549.1.12.10.1.3"
	oidSafeContentsBag = "1.2.840.113549.1.12.10.1.6"

	oidX509Certificate = "1.2.840.113549.1.9.22.1"
)

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"explicit,optional,tag:0"`
}

// octets returns the octet string that the content is.
func (c contentInfo) octets() ([]byte, error) {
	var octets []byte
	err := unmarshal(c.Content.Bytes, &octets)
	return octets, err
}

// openP12 fills the container with the certificates and keys of a PKCS#12
// archive. Encrypted keys stay encrypted.
func (c *container) openP12(data []byte, s *secret) error {
	if len(data) > maxInput {
		return tooBig(len(data))
	}
	var pfx struct {
		Version int
		Safe    contentInfo
		MAC     macData `asn1:"optional"`
	}
	der, err := ber.ToDER(data)
	if err != nil || kindOf(der) != kindPKCS12 {
		return explain(ErrFormat, "not a PKCS#12 archive but %s", describe(data))
	}
	if err := unmarshal(der, &pfx); err != nil {
		return err
	}
	if pfx.Safe.Type.String() != oidData {
		return explain(ErrUnsupportedEncryption, "the archive is protected by a public key, not by a password; export it with a password")
	}
	content, err := pfx.Safe.octets()
	if err != nil {
		return err
	}
	if pfx.MAC.Digest.Algorithm.Algorithm != nil {
		if err := s.verify(pfx.MAC, content); err != nil {
			return err
		}
	}
	var safes []contentInfo
	if err := unmarshal(content, &safes); err != nil {
		return err
	}
	for _, safe := range safes {
		bags, err := openSafe(safe, s)
		if err != nil {
			return err
		}
		if err := c.addBags(bags, 0); err != nil {
			return err
		}
	}
	return nil
}

// openSafe returns the SafeContents in a ContentInfo.
func openSafe(safe contentInfo, s *secret) ([]byte, error) {
	switch safe.Type.String() {
	case oidData:
		return safe.octets()
	case oidEncryptedData:
		var encrypted struct {
			Version int
			Info    struct {
				Type      asn1.ObjectIdentifier
				Algorithm pkix.AlgorithmIdentifier
				Content   asn1.RawValue `asn1:"optional,tag:0"`
			}
		}
		if err := unmarshal(safe.Content.Bytes, &encrypted); err != nil {
			return nil, err
		}
		data, err := implicitOctets(encrypted.Info.Content)
		if err != nil {
			return nil, err
		}
		const what = "the archive"
		plain, err := s.decrypt(what, encrypted.Info.Algorithm, data)
		if err != nil {
			return nil, err
		}
		// One wrong password in 256 leaves something that ends like padding, and
		// not every archive has a MAC.
		if unmarshal(plain, new([]asn1.RawValue)) != nil {
			return nil, s.wrong(what)
		}
		return plain, nil
	}
	return nil, explain(ErrUnsupportedEncryption, "a part of the archive is of type %v, not encrypted by password; export it with a password", safe.Type)
}

// implicitOctets returns the content of an implicitly tagged octet string,
// which BER may have cut into pieces: the tag hides that from package ber.
func implicitOctets(v asn1.RawValue) (octets []byte, err error) {
	if !v.IsCompound {
		return v.Bytes, nil
	}
	for rest := v.Bytes; len(rest) > 0; {
		var piece []byte
		if rest, err = asn1.Unmarshal(rest, &piece); err != nil {
			return nil, damaged(err)
		}
		octets = append(octets, piece...)
	}
	return octets, nil
}

// maxBagDepth allows for the nesting that RFC 7292 §4.2.6 describes and nobody
// uses.
const maxBagDepth = 4

// addBags adds the certificates and keys among the bags of a SafeContents.
// Revocation lists and other secrets are of no interest.
func (c *container) addBags(contents []byte, depth int) error {
	if depth > maxBagDepth {
		return explain(ErrLimit, "bags nested over %d deep; export the archive anew", maxBagDepth)
	}
	var bags []struct {
		Type       asn1.ObjectIdentifier
		Value      asn1.RawValue `asn1:"explicit,tag:0"`
		Attributes asn1.RawValue `asn1:"optional,set"`
	}
	if err := unmarshal(contents, &bags); err != nil {
		return err
	}
	for _, bag := range bags {
		switch bag.Type.String() {
		case oidKeyBag, oidShroudedKeyBag:
			c.blocks = append(c.blocks, &pem.Block{Type: labelKey, Bytes: bag.Value.Bytes})
		case oidCertBag:
			var cert struct {
				Type  asn1.ObjectIdentifier
				Value asn1.RawValue `asn1:"explicit,tag:0"`
			}
			var der []byte
			if err := unmarshal(bag.Value.Bytes, &cert); err != nil {
				return err
			}
			if cert.Type.String() != oidX509Certificate {
				continue
			}
			if err := unmarshal(cert.Value.Bytes, &der); err != nil {
				return err
			}
			c.blocks = append(c.blocks, &pem.Block{Type: labelCertificate, Bytes: der})
		case oidSafeContentsBag:
			if err := c.addBags(bag.Value.Bytes, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// unmarshal reads BER. Bytes after the element are ignored: some exporters pad.
func unmarshal(data []byte, into any) error {
	der, err := ber.ToDER(data)
	if err == nil {
		_, err = asn1.Unmarshal(der, into)
	}
	if err != nil {
		return damaged(err)
	}
	return nil
}

func damaged(err error) error {
	return explain(ErrFormat, "the archive is damaged (%v); export it anew", err)
}
