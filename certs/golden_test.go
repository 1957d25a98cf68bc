package certs

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ksef-go/ksef/internal/judge"
)

var update = flag.Bool("update", false, "make the files in testdata anew, with openssl and keytool")

// golden are files that openssl and Java made, so that reading them is tested
// where these are missing. The keys are good for nothing else. Commands are
// openssl's, but for the one that is keytool's.
var golden = []struct {
	file, command, password string
	chain                   int
	err                     error
}{
	{"rsa-pkcs1.pem", "rsa -traditional -in rsa.key", "", 1, nil},
	{"ec-sec1-parameters.pem", "ecparam -name prime256v1 -genkey", "", 1, nil},
	{"ec-pkcs8-aes256-sha512.pem", "pkcs8 -topk8 -passout env:PW -v2 aes-256-cbc -v2prf hmacWithSHA512 -in ec.key", polish, 1, nil},
	{"ec-pkcs8-scrypt.pem", "pkcs8 -topk8 -passout env:PW -scrypt -in ec.key", polish, 1, nil},
	{"ec-pkcs8-pbes1-3des.pem", "pkcs8 -topk8 -passout env:PW -v1 PBE-SHA1-3DES -in ec.key", polish, 1, nil},
	{"ec-pkcs8-pbes1-md5.pem", "pkcs8 -topk8 -passout env:PW -v1 PBE-MD5-DES -in ec.key" + legacy, polish, 1, nil},
	{"rsa-legacy-aes256.pem", "rsa -traditional -aes256 -passout env:PW -in rsa.key", polish, 1, nil},
	{"dsa.pem", "pkey -in dsa.key", "", 0, ErrUnsupportedKey},
	{"rsa1024.pem", "pkey -in rsa1024.key", "", 0, ErrUnsupportedKey},
	{"ed25519.pem", "pkey -in ed25519.key", "", 0, ErrUnsupportedKey},
	{"secp256k1.pem", "pkey -in secp256k1.key", "", 0, ErrUnsupportedKey},
	{"chain-modern.p12", "pkcs12 -export -inkey leaf.key -in leaf.crt -certfile chain.crt -passout env:PW", polish, 3, nil},
	{"chain-rc2-40.p12", "pkcs12 -export -legacy -inkey leaf.key -in leaf.crt -certfile chain.crt -passout env:PW", polish, 3, nil},
	{"ec-no-mac.p12", "pkcs12 -export -nomac -certpbe AES-256-CBC -inkey ec.key -in ec.crt -passout env:PW", polish, 1, nil},
	{"ec-empty-password.p12", "pkcs12 -export -inkey ec.key -in ec.crt -passout pass:", "", 1, nil},
	{"java.p12", "keytool", "changeit", 1, nil},
}

func throwaway(file string) string { return filepath.Join("testdata", "throwaway-"+file) }

func TestGolden(t *testing.T) {
	if *update {
		makeGolden(t)
	}
	for _, g := range golden {
		t.Run(g.file, func(t *testing.T) {
			load := func(password string) error {
				if strings.HasSuffix(g.file, ".p12") {
					cert, err := LoadP12(throwaway(g.file), password)
					if err == nil {
						wantPair(t, cert, g.chain)
					}
					return err
				}
				cert, err := LoadPEM(throwaway(g.file), "", password)
				if err == nil {
					wantPair(t, cert, g.chain)
				}
				return err
			}
			if err := load(g.password); !errors.Is(err, g.err) {
				t.Fatalf("got error %v, want %v", err, g.err)
			}
			if g.password != "" {
				wantError(t, load(g.password+"!"), ErrPassword, g.password)
				wantError(t, load(""), ErrPasswordRequired)
			}
		})
	}
}

// makeGolden writes testdata. PEM files hold the key first.
func makeGolden(t *testing.T) {
	keytool := judge.Program(t, "keytool")
	w := newWorkshop(t, t.TempDir())
	w.run("genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:2048 -out dsa.params")
	w.selfSigned("dsa", "-paramfile dsa.params")
	w.selfSigned("rsa", genRSA)
	w.selfSigned("rsa1024", strings.Replace(genRSA, "2048", "1024", 1))
	w.selfSigned("ed25519", "-algorithm ED25519")
	w.selfSigned("secp256k1", strings.Replace(genEC, "P-256", "secp256k1", 1))
	w.selfSigned("ec", genEC)
	w.issued("middle", "ec", true)
	w.issued("leaf", "middle", false)
	w.write("chain.crt", w.read("ec.crt"), w.read("middle.crt"))

	if err := os.MkdirAll("testdata", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, g := range golden {
		var content []byte
		switch {
		case g.command == "keytool":
			cmd := exec.Command(keytool, "-genkeypair", "-alias", "seal", "-keyalg", "EC", "-groupname", "secp256r1",
				"-dname", "CN=java", "-validity", "3650", "-storetype", "PKCS12", "-keystore", w.path(g.file), "-storepass", g.password)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			content = w.read(g.file)
		case strings.HasSuffix(g.file, ".p12"):
			w.run(g.command + " -out out")
			content = w.read("out")
		case strings.HasPrefix(g.command, "ecparam"):
			w.run(g.command + " -out out")
			w.run("req -x509 -key out -days 3650 -subj /CN=ecparam -out ecparam.crt")
			content = append(w.read("out"), w.read("ecparam.crt")...)
		default:
			w.run(g.command + " -out out")
			name := strings.FieldsFunc(g.file, func(r rune) bool { return r == '-' || r == '.' })[0]
			content = append(w.read("out"), w.read(name+".crt")...)
		}
		if err := os.WriteFile(throwaway(g.file), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
