package certs

import (
	"crypto/rand"
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"os"
	"slices"
	"strings"
	"testing"

	"software.sslmate.com/src/go-pkcs12"
)

// TestParseP12Encoders reads what another implementation writes, on machines
// without openssl too.
func TestParseP12Encoders(t *testing.T) {
	want, _, _ := pair(t)
	for name, encoder := range map[string]*pkcs12.Encoder{
		"modern":       pkcs12.Modern2023,
		"PBMAC1":       pkcs12.Modern2026,
		"triple DES":   pkcs12.LegacyDES,
		"RC2":          pkcs12.LegacyRC2,
		"passwordless": pkcs12.Passwordless,
	} {
		for _, password := range []string{"", "secret", polish, strings.Repeat(polish, 10)} {
			if name == "passwordless" && password != "" {
				continue
			}
			t.Run(name+"/"+password, func(t *testing.T) {
				archive, err := encoder.Encode(want.PrivateKey, want.Leaf, nil, password)
				if err != nil {
					t.Fatal(err)
				}
				got, err := ParseP12(archive, password)
				if err != nil {
					t.Fatal(err)
				}
				wantPair(t, got, 1)
				same(t, got, want)
				if password != "" {
					_, err = ParseP12(archive, password[1:]+"x")
					wantError(t, err, ErrPassword, password)
				}
			})
		}
	}
	t.Run("trust store", func(t *testing.T) {
		archive, err := pkcs12.Modern.EncodeTrustStore([]*x509.Certificate{want.Leaf}, "secret")
		if err != nil {
			t.Fatal(err)
		}
		_, err = ParseP12(archive, "secret")
		wantError(t, err, ErrNoKey, "secret")
	})
}

// TestParseP12BER reads archives as Firefox and macOS write them: of indefinite
// length and in pieces.
func TestParseP12BER(t *testing.T) {
	for _, g := range golden {
		if !strings.HasSuffix(g.file, ".p12") {
			continue
		}
		t.Run(g.file, func(t *testing.T) {
			der, err := os.ReadFile(throwaway(g.file))
			if err != nil {
				t.Fatal(err)
			}
			// A MAC covers the encoding, so only what has none can be recoded inside.
			deep := g.file == "ec-no-mac.p12"
			recoded := indefinite(t, der, deep)
			want, err := ParseP12(der, g.password)
			if err != nil {
				t.Fatal(err)
			}
			got, err := ParseP12(append(recoded, "padding"...), g.password)
			if err != nil {
				t.Fatal(err)
			}
			wantPair(t, got, g.chain)
			same(t, got, want)

			t.Run("openssl agrees that it is BER", func(t *testing.T) {
				w := newWorkshop(t, t.TempDir())
				w.write("ber.p12", recoded)
				pass := "env:PW"
				if g.password != polish {
					pass = "pass:" + g.password
				}
				w.run("pkcs12 -noout -in ber.p12 -passin " + pass + legacy)
			})
		})
	}
}

// indefinite recodes DER: constructed elements get an indefinite length, octet
// strings are cut in pieces; deep, so is DER inside octet strings.
func indefinite(t *testing.T, der []byte, deep bool) (ber []byte) {
	t.Helper()
	for len(der) > 0 {
		var v asn1.RawValue
		rest, err := asn1.Unmarshal(der, &v)
		if err != nil {
			t.Fatal(err)
		}
		tag := der[0]
		switch der = rest; {
		case v.IsCompound:
			ber = append(ber, tag, 0x80)
			ber = append(ber, indefinite(t, v.Bytes, deep)...)
			ber = append(ber, 0, 0)
		case v.Tag == asn1.TagOctetString && v.Class == asn1.ClassUniversal && len(v.Bytes) > 16,
			v.Class == asn1.ClassContextSpecific: // EncryptedContent
			content := v.Bytes
			if deep && isSequence(content) {
				content = indefinite(t, content, deep)
			}
			ber = append(ber, tag|0x20, 0x80)
			for piece := range slices.Chunk(content, 1000) {
				ber = append(ber, 0x04, 0x82, byte(len(piece)>>8), byte(len(piece)))
				ber = append(ber, piece...)
			}
			ber = append(ber, 0, 0)
		default:
			ber = append(ber, v.FullBytes...)
		}
	}
	return ber
}

// isSequence tells whether content is one DER sequence, but no certificate, which
// must stay DER.
func isSequence(content []byte) bool {
	var v asn1.RawValue
	rest, err := asn1.Unmarshal(content, &v)
	if err != nil || len(rest) > 0 || v.Tag != asn1.TagSequence {
		return false
	}
	_, err = x509.ParseCertificate(content)
	return err != nil
}

// The archives below are built by hand, because no program makes them.

type (
	pfxTest struct {
		Version int
		Safe    contentInfo
	}
	bagTest struct {
		Type  asn1.ObjectIdentifier
		Value asn1.RawValue
	}
)

func oid(t *testing.T, dotted string) (id asn1.ObjectIdentifier) {
	t.Helper()
	parsed, err := x509.ParseOID(dotted)
	if err != nil {
		t.Fatal(err)
	}
	der, err := parsed.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := asn1.Unmarshal(append([]byte{asn1.TagOID, byte(len(der))}, der...), &id); err != nil {
		t.Fatal(err)
	}
	return id
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	der, err := asn1.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func explicit(content []byte) asn1.RawValue {
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: content}
}

// archive is a PKCS#12 archive without MAC, of one plain safe.
func archive(t *testing.T, bags ...bagTest) []byte {
	t.Helper()
	return archiveOf(t, plainSafe(t, bags...))
}

func archiveOf(t *testing.T, safes ...contentInfo) []byte {
	t.Helper()
	return marshal(t, pfxTest{3, dataOf(t, marshal(t, safes))})
}

func plainSafe(t *testing.T, bags ...bagTest) contentInfo {
	t.Helper()
	return dataOf(t, marshal(t, bags))
}

func dataOf(t *testing.T, content []byte) contentInfo {
	t.Helper()
	return contentInfo{oid(t, oidData), explicit(marshal(t, content))}
}

func keyBag(t *testing.T, cert tls.Certificate) bagTest {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return bagTest{oid(t, oidKeyBag), explicit(der)}
}

func certBag(t *testing.T, cert tls.Certificate) bagTest {
	t.Helper()
	value := marshal(t, bagTest{oid(t, oidX509Certificate), explicit(marshal(t, cert.Leaf.Raw))})
	return bagTest{oid(t, oidCertBag), explicit(value)}
}

func TestParseP12Bags(t *testing.T) {
	want, _, _ := pair(t)
	stranger, _, _ := pair(t)
	list := bagTest{oid(t, "1.2.840.113549.1.12.10.1.4"), explicit(marshal(t, []byte("a CRL")))}
	nested := func(depth int, bags ...bagTest) bagTest {
		bag := bagTest{oid(t, oidSafeContentsBag), explicit(marshal(t, bags))}
		for range depth - 1 {
			bag = bagTest{oid(t, oidSafeContentsBag), explicit(marshal(t, []bagTest{bag}))}
		}
		return bag
	}
	for name, data := range map[string][]byte{
		"two keys, of which the second fits": archive(t, keyBag(t, stranger), keyBag(t, want), certBag(t, want)),
		"two certificates":                   archive(t, certBag(t, stranger), certBag(t, want), keyBag(t, want)),
		"three safes":                        archiveOf(t, plainSafe(t, list), plainSafe(t, keyBag(t, want)), plainSafe(t, certBag(t, want))),
		"nested bags":                        archive(t, nested(maxBagDepth, keyBag(t, want), certBag(t, want))),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseP12(data, "")
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, want)
		})
	}

	signed := contentInfo{oid(t, "1.2.840.113549.1.7.2"), explicit(marshal(t, []byte{}))}
	enveloped := contentInfo{oid(t, "1.2.840.113549.1.7.3"), explicit(marshal(t, []byte{}))}
	good := archive(t, keyBag(t, want), certBag(t, want))
	for name, c := range map[string]struct {
		data []byte
		want error
		says string
	}{
		"nothing":         {nil, ErrFormat, "empty"},
		"PEM":             {[]byte("-----BEGIN CERTIFICATE-----"), ErrFormat, "LoadPEM"},
		"a certificate":   {want.Leaf.Raw, ErrFormat, "a certificate in DER"},
		"a key":           {keyBag(t, want).Value.Bytes, ErrFormat, "a private key in DER"},
		"truncated":       {good[:len(good)-1], ErrFormat, "damaged"},
		"megabytes":       {make([]byte, maxInput+1), ErrLimit, "1048576"},
		"empty archive":   {archive(t), ErrNoCertificate, "nothing of use"},
		"key only":        {archive(t, keyBag(t, want)), ErrNoCertificate, `found "PRIVATE KEY"`},
		"truststore":      {archive(t, certBag(t, want)), ErrNoKey, `found "CERTIFICATE"`},
		"strangers":       {archive(t, keyBag(t, want), certBag(t, stranger)), ErrKeyMismatch, ""},
		"too deep":        {archive(t, nested(maxBagDepth+1, certBag(t, want))), ErrLimit, "nested"},
		"signed":          {marshal(t, pfxTest{3, signed}), ErrUnsupportedEncryption, "public key"},
		"for a recipient": {archiveOf(t, enveloped), ErrUnsupportedEncryption, "1.2.840.113549.1.7.3"},
		"no content":      {marshal(t, pfxTest{3, contentInfo{Type: oid(t, oidData)}}), ErrFormat, "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseP12(c.data, "")
			wantError(t, err, c.want)
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v does not say %q", err, c.says)
			}
		})
	}
}

// TestWork refuses input whose keys take too long to derive, and does so before
// it starts: every case is over in a fraction of what the work would take.
func TestWork(t *testing.T) {
	want, certPEM, _ := pair(t)
	id := func(dotted string, parameters any) pkix.AlgorithmIdentifier {
		return pkix.AlgorithmIdentifier{Algorithm: oid(t, dotted), Parameters: asn1.RawValue{FullBytes: marshal(t, parameters)}}
	}
	type scryptParams struct {
		Salt    []byte
		N, R, P int
	}
	type pbes1Params struct {
		Salt   []byte
		Rounds int
	}
	salt := make([]byte, 8)
	rand.Read(salt)
	aes256 := id("2.16.840.1.101.3.4.1.42", make([]byte, 16))
	pbes2 := func(kdf pkix.AlgorithmIdentifier) pkix.AlgorithmIdentifier {
		return id(oidPBES2, pbes2Params{kdf, aes256})
	}
	shrouded := func(alg pkix.AlgorithmIdentifier) []byte {
		return marshal(t, encryptedKey{alg, make([]byte, 160)})
	}
	for name, c := range map[string]struct {
		alg  pkix.AlgorithmIdentifier
		want error
	}{
		"PBKDF2":                     {pbes2(id(oidPBKDF2, pbkdf2Params{Salt: salt, Rounds: maxRounds + 1})), ErrLimit},
		"PBKDF2, 2³¹":                {pbes2(id(oidPBKDF2, pbkdf2Params{Salt: salt, Rounds: 1<<31 - 1})), ErrLimit},
		"PBKDF2, none":               {pbes2(id(oidPBKDF2, pbkdf2Params{Salt: salt})), ErrFormat},
		"PBKDF2, negative":           {pbes2(id(oidPBKDF2, pbkdf2Params{Salt: salt, Rounds: -1})), ErrFormat},
		"scrypt, memory":             {pbes2(id(oidScrypt, scryptParams{salt, 1 << 20, 8, 1})), ErrLimit},
		"scrypt, memory by p":        {pbes2(id(oidScrypt, scryptParams{salt, 2, 8, 1 << 20})), ErrLimit},
		"scrypt, time":               {pbes2(id(oidScrypt, scryptParams{salt, 1 << 15, 8, 1 << 14})), ErrLimit},
		"scrypt, overflow":           {pbes2(id(oidScrypt, scryptParams{salt, 1 << 30, 1 << 30, 1 << 30})), ErrLimit},
		"scrypt, no power of two":    {pbes2(id(oidScrypt, scryptParams{salt, 3, 8, 1})), ErrFormat},
		"PBES1":                      {id("1.2.840.113549.1.5.3", pbes1Params{salt, maxRounds + 1}), ErrLimit},
		"PKCS#12":                    {id("1.2.840.113549.1.12.1.3", pbes1Params{salt, maxRounds + 1}), ErrLimit},
		"unknown scheme":             {id("1.2.840.113549.1.12.1.1", pbes1Params{salt, 1}), ErrUnsupportedEncryption},
		"unknown key derivation":     {pbes2(id("1.2.3", salt)), ErrUnsupportedEncryption},
		"unknown cipher":             {id(oidPBES2, pbes2Params{id(oidPBKDF2, pbkdf2Params{Salt: salt, Rounds: 1}), id("1.2.3", salt)}), ErrUnsupportedEncryption},
		"unknown PRF":                {pbes2(id(oidPBKDF2, pbkdf2Params{Salt: salt, Rounds: 1, PRF: id("1.2.3", salt)})), ErrUnsupportedEncryption},
		"short initial vector":       {id(oidPBES2, pbes2Params{id(oidPBKDF2, pbkdf2Params{Salt: salt, Rounds: 1}), id("2.16.840.1.101.3.4.1.42", salt)}), ErrFormat},
		"parameters of another kind": {id(oidPBES2, salt), ErrFormat},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParsePEM(certPEM, armoured("ENCRYPTED PRIVATE KEY", shrouded(c.alg)), "secret")
			wantError(t, err, c.want, "secret")

			_, err = ParseP12(archive(t, certBag(t, want), bagTest{oid(t, oidShroudedKeyBag), explicit(shrouded(c.alg))}), "secret")
			wantError(t, err, c.want, "secret")
		})
	}

	t.Run("many keys share one allowance", func(t *testing.T) {
		s := newSecret("secret")
		s.rounds = 1000
		block := armoured("ENCRYPTED PRIVATE KEY", shrouded(pbes2(id(oidPBKDF2, pbkdf2Params{Salt: salt, Rounds: 400}))))
		keys := slices.Concat(block, block, block)
		if _, err := parsePEM("", "", certPEM, keys, s); err == nil {
			t.Fatal("noise was read")
		}
		if s.rounds != 200 {
			t.Errorf("%d rounds left, want 200", s.rounds)
		}
	})

	// What is encrypted cannot be seen in advance, only when it is opened.
	t.Run("hidden in an encrypted safe", func(t *testing.T) {
		inner := marshal(t, []bagTest{
			certBag(t, want),
			{oid(t, oidShroudedKeyBag), explicit(shrouded(pbes2(id(oidPBKDF2, pbkdf2Params{Salt: salt, Rounds: 1<<31 - 1}))))},
		})
		type info struct {
			Type      asn1.ObjectIdentifier
			Algorithm pkix.AlgorithmIdentifier
			Content   []byte `asn1:"tag:0"`
		}
		type encryptedData struct {
			Version int
			Info    info
		}
		var sealed encryptedKey
		der, err := encrypt(inner, "secret")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := asn1.Unmarshal(der, &sealed); err != nil {
			t.Fatal(err)
		}
		safe := contentInfo{oid(t, oidEncryptedData), explicit(marshal(t, encryptedData{0, info{oid(t, oidData), sealed.Algorithm, sealed.Data}}))}
		_, err = ParseP12(archiveOf(t, safe), "secret")
		wantError(t, err, ErrLimit, "secret")
	})

	t.Run("in the MAC", func(t *testing.T) {
		type digest struct {
			Algorithm pkix.AlgorithmIdentifier
			Value     []byte
		}
		type mac struct {
			Digest digest
			Salt   []byte
			Rounds int
		}
		type pfx struct {
			Version int
			Safe    contentInfo
			MAC     mac
		}
		safe := dataOf(t, marshal(t, []contentInfo{}))
		pbmac1 := func(keySize, rounds int) pkix.AlgorithmIdentifier {
			hmac := id("1.2.840.113549.2.9", asn1.NullRawValue)
			return id(oidPBMAC1, pbes2Params{id(oidPBKDF2, pbkdf2Params{Salt: salt, Rounds: rounds, KeySize: keySize, PRF: hmac}), hmac})
		}
		for name, c := range map[string]struct {
			mac  mac
			want error
		}{
			"rounds":         {mac{digest{id("1.3.14.3.2.26", asn1.NullRawValue), make([]byte, sha1.Size)}, salt, maxRounds + 1}, ErrLimit},
			"unknown":        {mac{digest{id("1.2.3", asn1.NullRawValue), nil}, salt, 1}, ErrUnsupportedEncryption},
			"PBMAC1, rounds": {mac{digest{pbmac1(32, maxRounds+1), nil}, salt, 1}, ErrLimit},
			"PBMAC1, short":  {mac{digest{pbmac1(8, 1), nil}, salt, 1}, ErrFormat},
			"PBMAC1, long":   {mac{digest{pbmac1(1<<30, 1), nil}, salt, 1}, ErrFormat},
			"PBMAC1, forged": {mac{digest{pbmac1(32, 1), nil}, salt, 1}, ErrPassword},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := ParseP12(marshal(t, pfx{3, safe, c.mac}), "secret")
				wantError(t, err, c.want, "secret")
			})
		}
	})
}
