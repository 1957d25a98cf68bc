package xades

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/ksef-go/ksef/internal/judge"
)

// TestJDKVerifiesOurs has the JDK's own XML Signature judge what Sign makes.
func TestJDKVerifiesOurs(t *testing.T) {
	java := judge.Program(t, "java")
	dir := t.TempDir()
	args := []string{"testdata/VerifySignatures.java"}
	for _, key := range []string{"rsa", "p256", "p384", "p521", "issued"} {
		i := 0
		for name, doc := range contexts {
			signed, err := Sign([]byte(doc), load(t, key), &SignOptions{SigningTime: at, SigningCertificateV2: i%2 == 0})
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, fmt.Sprintf("%s-%s.xml", key, name))
			if err := os.WriteFile(file, signed, 0o600); err != nil {
				t.Fatal(err)
			}
			args = append(args, file)
			i++
		}
	}
	if out, err := exec.Command(java, args...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
