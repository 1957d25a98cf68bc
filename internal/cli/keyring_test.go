package cli

import (
	"bufio"
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ksef-go/ksef/internal/judge"
)

// TestKeyring runs the program with a real Secret Service, that of GNOME.
func TestKeyring(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the keyrings of other systems are used by nobody else than their users")
	}
	for _, name := range []string{"dbus-daemon", "dbus-send", "gnome-keyring-daemon", "secret-tool"} {
		judge.Program(t, name)
	}
	p := scripts("testdata/keyring")
	setup := p.Setup
	p.Setup = func(e *testscript.Env) error {
		for name, dir := range map[string]string{"HOME": "home", "XDG_DATA_HOME": "home/data", "XDG_CACHE_HOME": "home/cache", "XDG_RUNTIME_DIR": "run"} {
			e.Setenv(name, filepath.Join(e.WorkDir, dir))
			if err := os.MkdirAll(filepath.Join(e.WorkDir, dir), 0o700); err != nil {
				return err
			}
		}
		return setup(e)
	}
	testscript.Run(t, p)
}

// bus starts a D-Bus of the script's own, on which nobody is yet and which starts
// nobody by itself.
func bus(ts *testscript.TestScript, _ bool, _ []string) {
	config := ts.MkAbs("run/bus.conf")
	ts.Check(os.WriteFile(config, []byte(`<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
	"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
	<type>session</type>
	<listen>unix:dir=`+ts.MkAbs("run")+`</listen>
	<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
`), 0o600))
	cmd := exec.Command("dbus-daemon", "--config-file="+config, "--nofork", "--nopidfile", "--print-address")
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	background(ts, cmd)
	address, err := bufio.NewReader(out).ReadString('\n')
	ts.Check(err)
	ts.Setenv("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(address))
}

// wallet starts the keyring on the script's bus, unlocked.
func wallet(ts *testscript.TestScript, _ bool, _ []string) {
	cmd := exec.Command("gnome-keyring-daemon", "--foreground", "--components=secrets", "--unlock")
	for _, name := range []string{"HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "PATH"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	cmd.Stdin = strings.NewReader("password of the keyring")
	background(ts, cmd)
	for end := time.Now().Add(10 * time.Second); ; {
		ask := exec.Command("secret-tool", "lookup", "service", "nothing") // complains where nobody keeps secrets
		ask.Env = cmd.Env
		complaint, _ := ask.CombinedOutput()
		if len(complaint) == 0 {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("no keyring: %s", complaint)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// background runs cmd until the script ends.
func background(ts *testscript.TestScript, cmd *exec.Cmd) {
	ts.Check(cmd.Start())
	ts.Defer(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
}

// keptSecret checks that no file of the script holds a text, which is a secret.
func keptSecret(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 || args[0] == "" {
		ts.Fatalf("usage: secret text")
	}
	files := 0
	err := filepath.WalkDir(ts.MkAbs("."), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		files++
		content, err := os.ReadFile(path)
		if err == nil && bytes.Contains(content, []byte(args[0])) {
			ts.Fatalf("the secret is in %s", path)
		}
		return err
	})
	ts.Check(err)
	if files == 0 {
		ts.Fatalf("there are no files")
	}
}
