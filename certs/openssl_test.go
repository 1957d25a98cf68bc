package certs

import (
	"strings"
	"testing"
)

const (
	genRSA = "-algorithm RSA -pkeyopt rsa_keygen_bits:2048"
	genEC  = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256"

	legacy = " -provider legacy -provider default"
)

// TestOpenSSLKeys reads keys in every form that openssl writes.
func TestOpenSSLKeys(t *testing.T) {
	w := newWorkshop(t, t.TempDir())
	w.selfSigned("rsa", genRSA)
	w.selfSigned("p256", genEC)
	w.selfSigned("p384", strings.Replace(genEC, "256", "384", 1))
	w.selfSigned("p521", strings.Replace(genEC, "256", "521", 1))
	w.run("ecparam -name prime256v1 -genkey -out ecparam.key") // has a block EC PARAMETERS first
	w.run("req -x509 -key ecparam.key -days 1 -subj /CN=ecparam -out ecparam.crt")

	type form struct {
		cert, command string
		encrypted     bool
	}
	forms := []form{
		{"p256", "pkey -in p256.key", false},
		{"p384", "pkey -in p384.key", false},
		{"p521", "pkey -in p521.key", false},
		{"ecparam", "pkey -in ecparam.key", false},
		{"rsa", "rsa -in rsa.key -traditional", false},
		{"rsa", "rsa -in rsa.key -traditional -outform DER", false},
		{"rsa", "pkey -in rsa.key -outform DER", false},
		{"p256", "ec -in p256.key -outform DER", false},
		{"p256", "pkcs8 -topk8 -nocrypt -in p256.key -outform DER", false},
		{"p256", "pkcs8 -topk8 -passout env:PW -in p256.key -outform DER", true},
		{"rsa", "pkcs8 -topk8 -passout env:PW -iter 100000 -in rsa.key", true},
		{"rsa", "pkcs8 -topk8 -passout env:PW -scrypt -in rsa.key", true},
		{"p256", "pkcs8 -topk8 -passout env:PW -scrypt -scrypt_N 1024 -scrypt_r 4 -scrypt_p 3 -in p256.key", true},
	}
	for _, cipher := range []string{"aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "des3"} {
		forms = append(forms, form{"rsa", "pkcs8 -topk8 -passout env:PW -v2 " + cipher + " -in rsa.key", true})
		for _, prf := range []string{"SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "SHA512-224", "SHA512-256"} {
			forms = append(forms, form{"p256", "pkcs8 -topk8 -passout env:PW -v2 " + cipher + " -v2prf hmacWith" + prf + " -in p256.key", true})
		}
	}
	for _, scheme := range []string{"PBE-SHA1-3DES", "PBE-SHA1-2DES", "PBE-SHA1-RC2-128", "PBE-SHA1-RC2-40", "PBE-MD5-DES", "PBE-SHA1-DES"} {
		forms = append(forms, form{"rsa", "pkcs8 -topk8 -passout env:PW -v1 " + scheme + legacy + " -in rsa.key", true})
	}
	for _, cipher := range []string{"aes128", "aes192", "aes256", "des3"} {
		forms = append(forms,
			form{"rsa", "rsa -traditional -passout env:PW -" + cipher + " -in rsa.key", true},
			form{"p256", "ec -passout env:PW -" + cipher + " -in p256.key", true})
	}
	for _, f := range forms {
		t.Run(f.command, func(t *testing.T) {
			w.t = t
			w.run(f.command + " -out out.key")
			cert, err := LoadPEM(w.path(f.cert+".crt"), w.path("out.key"), polish)
			if err != nil {
				t.Fatal(err)
			}
			wantPair(t, cert, 1)
			if !f.encrypted {
				return
			}
			_, err = LoadPEM(w.path(f.cert+".crt"), w.path("out.key"), polish+"!")
			wantError(t, err, ErrPassword, polish)
			_, err = LoadPEM(w.path(f.cert+".crt"), w.path("out.key"), "")
			wantError(t, err, ErrPasswordRequired)
			if !strings.Contains(err.Error(), "out.key: ") {
				t.Errorf("%v does not name the file", err)
			}
		})
	}
}

// TestOpenSSLP12 reads archives in every form that openssl writes.
func TestOpenSSLP12(t *testing.T) {
	w := newWorkshop(t, t.TempDir())
	w.selfSigned("root", genRSA)
	w.issued("middle", "root", true)
	w.issued("leaf", "middle", false)
	w.selfSigned("rsa", genRSA)
	w.write("chain.crt", w.read("root.crt"), w.read("middle.crt")) // not in order

	const (
		alone   = " -inkey rsa.key -in rsa.crt"
		chained = " -inkey leaf.key -in leaf.crt -certfile chain.crt"
		lock    = " -passout env:PW"
		open    = " -passout pass:"
	)
	for _, f := range []struct {
		options  string
		chain    int
		password string
	}{
		{alone + lock, 1, polish},
		{chained + lock, 3, polish},
		{chained + lock + " -name Pieczęć", 3, polish},
		{alone + lock + " -legacy", 1, polish},
		{chained + lock + " -legacy", 3, polish},
		{chained + lock + " -legacy -descert", 3, polish},
		{chained + lock + " -legacy -keypbe PBE-SHA1-2DES -certpbe PBE-SHA1-RC2-128", 3, polish},
		{chained + lock + " -keypbe AES-128-CBC -certpbe AES-192-CBC", 3, polish},
		{chained + lock + " -keypbe DES-EDE3-CBC -certpbe DES-EDE3-CBC", 3, polish},
		{chained + lock + " -keypbe NONE", 3, polish},
		{chained + lock + " -certpbe NONE", 3, polish},
		{chained + lock + " -nomaciter -noiter", 3, polish},
		{chained + lock + " -iter 100000", 3, polish},
		{chained + lock + " -macalg md5", 3, polish},
		{chained + lock + " -macalg sha1", 3, polish},
		{chained + lock + " -macalg sha224", 3, polish},
		{chained + lock + " -macalg sha384", 3, polish},
		{chained + lock + " -macalg sha512", 3, polish},
		{chained + lock + " -nomac", 3, polish},
		{chained + open, 3, ""},
		{chained + open + " -legacy", 3, ""},
		{chained + open + " -nomac", 3, ""},
		{chained + open + " -keypbe NONE -certpbe NONE -nomac", 3, ""},
	} {
		t.Run(strings.TrimSpace(f.options), func(t *testing.T) {
			w.t = t
			w.run("pkcs12 -export -out out.p12" + f.options)
			cert, err := LoadP12(w.path("out.p12"), f.password)
			if err != nil {
				t.Fatal(err)
			}
			wantPair(t, cert, f.chain)
			if f.password == "" {
				return
			}
			_, err = LoadP12(w.path("out.p12"), polish+"!")
			wantError(t, err, ErrPassword, polish)
			_, err = LoadP12(w.path("out.p12"), "")
			wantError(t, err, ErrPasswordRequired)
			if !strings.Contains(err.Error(), "out.p12: ") {
				t.Errorf("%v does not name the file", err)
			}
		})
	}
}

// TestOpenSSLForeign refuses the keys that KSeF does not take, in PEM and in
// PKCS#12.
func TestOpenSSLForeign(t *testing.T) {
	w := newWorkshop(t, t.TempDir())
	w.run("genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:2048 -out dsa.params")
	for _, f := range []struct{ genpkey, traditional string }{
		{"-paramfile dsa.params", "dsa"},
		{"-algorithm RSA -pkeyopt rsa_keygen_bits:1024", "rsa -traditional"},
		{"-algorithm RSA -pkeyopt rsa_keygen_bits:512", "rsa -traditional"},
		{"-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048", ""},
		{"-algorithm ED25519", ""},
		{"-algorithm ED448", ""},
		{"-algorithm EC -pkeyopt ec_paramgen_curve:P-224", "ec"},
		{"-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1", "ec"},
		{"-algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP256r1", "ec"},
		{"-algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit", "ec"},
	} {
		t.Run(f.genpkey, func(t *testing.T) {
			w.t = t
			w.selfSigned("foreign", f.genpkey)
			_, err := LoadPEM(w.path("foreign.crt"), w.path("foreign.key"), "")
			wantError(t, err, ErrUnsupportedKey)

			w.run("pkcs12 -export -passout env:PW -inkey foreign.key -in foreign.crt -out foreign.p12")
			_, err = LoadP12(w.path("foreign.p12"), polish)
			wantError(t, err, ErrUnsupportedKey)

			if f.traditional != "" {
				w.run(f.traditional + " -in foreign.key -out traditional.key")
				_, err = LoadPEM(w.path("foreign.crt"), w.path("traditional.key"), "")
				wantError(t, err, ErrUnsupportedKey)
			}
		})
	}
}

// TestOpenSSLChain finds the end-entity certificate and orders the chain,
// whatever the order of the file.
func TestOpenSSLChain(t *testing.T) {
	w := newWorkshop(t, t.TempDir())
	w.selfSigned("root", genEC)
	w.issued("middle", "root", true)
	w.issued("leaf", "middle", false)
	w.selfSigned("stranger", genEC)
	for _, order := range []string{
		"leaf.crt middle.crt root.crt leaf.key",
		"leaf.key root.crt middle.crt leaf.crt",
		"root.crt leaf.key leaf.crt middle.crt",
		"stranger.crt root.crt middle.crt leaf.crt leaf.key",
		"stranger.key root.crt middle.crt leaf.crt leaf.key",
		"leaf.crt leaf.crt root.crt root.crt middle.crt middle.crt leaf.key",
	} {
		t.Run(order, func(t *testing.T) {
			w.t = t
			var parts [][]byte
			for _, name := range strings.Fields(order) {
				parts = append(parts, w.read(name))
			}
			w.write("all.pem", parts...)
			cert, err := LoadPEM(w.path("all.pem"), "", "")
			if err != nil {
				t.Fatal(err)
			}
			wantPair(t, cert, 3)
		})
	}
	w.write("two.pem", w.read("stranger.crt"), w.read("leaf.crt"))
	cert, err := LoadPEM(w.path("two.pem"), w.path("leaf.key"), "")
	if err != nil {
		t.Fatal(err)
	}
	wantPair(t, cert, 1) // the issuers are not there, the stranger is none of them
	if got := cert.Leaf.Subject.CommonName; got != "leaf" {
		t.Errorf("took the certificate of %s", got)
	}
}

// TestOpenSSLReads has openssl read what we write.
func TestOpenSSLReads(t *testing.T) {
	w := newWorkshop(t, t.TempDir())
	w.selfSigned("root", genEC)
	w.issued("leaf", "root", false)
	w.write("all.pem", w.read("root.crt"), w.read("leaf.crt"), w.read("leaf.key"))
	chained, err := LoadPEM(w.path("all.pem"), "", "")
	if err != nil {
		t.Fatal(err)
	}
	seal, err := NewTestSeal("5261040828", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.TrimSpace(w.run("x509 -in leaf.crt -noout -fingerprint -sha256"))
	if got := strings.ReplaceAll(want[strings.Index(want, "=")+1:], ":", ""); got != Fingerprint(chained.Leaf) {
		t.Errorf("fingerprint %s, openssl says %s", Fingerprint(chained.Leaf), got)
	}

	for name, cert := range map[string]struct {
		password string
		chain    int
	}{"plain": {"", 1}, "encrypted": {polish, 2}} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			source := seal
			if cert.chain == 2 {
				source = chained
			}
			certPEM, keyPEM, err := EncodePEM(source, cert.password)
			if err != nil {
				t.Fatal(err)
			}
			w.write("our.crt", certPEM)
			w.write("our.key", keyPEM)
			fromKey := w.run("pkey -passin env:PW -in our.key -pubout")
			if fromCert := w.run("x509 -in our.crt -noout -pubkey"); fromKey != fromCert {
				t.Errorf("openssl reads another key:\n%s\n%s", fromKey, fromCert)
			}
			if got := strings.Count(string(certPEM), "BEGIN"); got != cert.chain {
				t.Errorf("%d certificates, want %d", got, cert.chain)
			}

			archive, err := EncodeP12(source, cert.password)
			if err != nil {
				t.Fatal(err)
			}
			w.write("our.p12", archive)
			pass := " -passin pass: "
			if cert.password != "" {
				pass = " -passin env:PW "
			}
			out := w.run("pkcs12 -in our.p12 -nodes" + pass)
			w.write("out.pem", []byte(out)) // attributes and text between the blocks
			again, err := LoadPEM(w.path("out.pem"), "", "")
			if err != nil {
				t.Fatal(err)
			}
			wantPair(t, again, cert.chain)
			same(t, again, source)
		})
	}
}
