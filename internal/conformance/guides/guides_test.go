package guides

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ksef-go/ksef/internal/judge"
)

const root = "../../.."

// What the documents tell people to point clients at; each gets addresses of its own instead.
const (
	toldHTTP  = "127.0.0.1:8080"
	toldAdmin = "127.0.0.1:8081"
)

func documents(t *testing.T) []string {
	t.Helper()
	all := []string{filepath.Join(root, "README.md"), filepath.Join(root, "README.pl.md")}
	for _, pattern := range []string{"docs/en/*.md", "docs/pl/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	return all
}

func read(t *testing.T, name string) []Block {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	blocks, err := Blocks(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return blocks
}

// Every guide can be followed to its end: its commands run in their order in one shell, in an empty folder,
// and programs in other languages run where they stand between them.
func TestGuidesCanBeFollowed(t *testing.T) {
	if testing.Short() {
		t.Skip("guides start programs of their own, of which -race sees nothing")
	}
	bash := judge.Program(t, "bash")
	program := filepath.Join(t.TempDir(), "ksef")
	if out, err := exec.Command("go", "build", "-o", program, "github.com/ksef-go/ksef/cmd/ksef").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	buildFragments(t, filepath.Join(filepath.Dir(program), fragmentRunner))
	for _, name := range documents(t) {
		blocks := read(t, name)
		t.Run(title(name), func(t *testing.T) {
			t.Parallel()
			follow(t, bash, program, name, blocks)
		})
	}
	for _, language := range []string{"docs/en", "docs/pl"} {
		t.Run(language+" in a row", func(t *testing.T) {
			t.Parallel()
			follow(t, bash, program, language, inARow(t, filepath.Join(root, language)))
		})
	}
}

var numbered = regexp.MustCompile(`(?m)^\d+\. \[[^]]+\]\(([\w-]+\.md)\)`)

// inARow is what somebody types who follows all guides of a language in their order, in one folder and one shell:
// the commands, but for those that go to production.
func inARow(t *testing.T, dir string) (row []Block) {
	first := filepath.Join(dir, "README.md")
	text, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{first}
	for _, link := range numbered.FindAllSubmatch(text, -1) {
		names = append(names, filepath.Join(dir, string(link[1])))
	}
	if len(names) < 9 {
		t.Fatalf("%s names %d guides", first, len(names)-1)
	}
	served := false
	for _, name := range names {
		blocks := read(t, name)
		typed := func(i int) bool {
			return i < len(blocks) && blocks[i].Language == "sh" && blocks[i].Skip == "" && !strings.Contains(blocks[i].Text, "--env production")
		}
		for i, b := range blocks {
			serves := strings.HasPrefix(b.Text, "ksef sandbox serve")
			if !typed(i) || b.Given && !typed(i+1) || serves && served {
				continue
			}
			served = served || serves
			row = append(row, b)
		}
	}
	return row
}

func title(name string) string {
	return strings.TrimPrefix(filepath.ToSlash(name), root+"/")
}

// follow carries a document out.
func follow(t *testing.T, bash, program, name string, blocks []Block) {
	dir := t.TempDir()
	docs, err := filepath.Abs(filepath.Join(root, "docs"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(docs, filepath.Join(dir, "docs")); err != nil { // where guides expect docs/samples
		t.Fatal(err)
	}
	http, admin := free(t), free(t)
	var script strings.Builder
	fmt.Fprintf(&script, prologue, filepath.Dir(program), http, admin)
	// The package ksef2 knows no environment but the ministry's.
	told := strings.NewReplacer(toldHTTP, http, toldAdmin, admin, "go run ./cmd/ksef", "ksef",
		"import ksef2\n", "import ksef2\nksef2.Environment.TEST._value_ = \"http://"+http+"/v2\"\n")
	steps := 0
	for i, b := range blocks {
		r, runs := runnerOf(b)
		if !runs {
			if b.Skip == "" {
				t.Errorf("%s: nothing carries out %q; should a comment say why?", place(name, b), b.Language)
			}
			continue
		}
		if missing := r.missing(); missing != "" {
			if !r.optional && os.Getenv("KSEF_REQUIRE_TOOLS") == "1" {
				t.Errorf("%s: %s", place(name, b), missing)
			}
			t.Logf("SKIPPED: %s: %s", place(name, b), missing)
			continue
		}
		text := told.Replace(b.Text)
		fmt.Fprintf(&script, "echo '== line %d'\n", b.Line)
		switch {
		case isFragment(b):
			fmt.Fprintf(&script, "%s %s\n", fragmentRunner, place(name, b))
		case r.file == "":
			script.WriteString(text)
		default:
			file := filepath.Join(dir, fmt.Sprintf(r.file, i))
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			script.WriteString(r.command(file) + "\n")
		}
		steps++
	}
	if steps == 0 {
		return
	}
	if strings.Contains(script.String(), "curl ") {
		judge.Program(t, "curl")
	}
	file := filepath.Join(dir, ".guide.sh")
	if err := os.WriteFile(file, []byte(script.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(bash, file)
	cmd.Dir = dir
	cmd.WaitDelay = 10 * time.Second
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "KSEF") || strings.HasPrefix(v, "XDG_") || strings.HasPrefix(v, "LC_") || strings.HasPrefix(v, "LANG")
	}), "HOME="+dir, "XDG_CONFIG_HOME="+filepath.Join(dir, ".config"), "LANG=en_US.UTF-8", "GOCACHE="+goEnv(t, "GOCACHE"), "GOPATH="+goEnv(t, "GOPATH"), "GOFLAGS="+os.Getenv("GOFLAGS"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", name, err, out)
	}
}

// prologue makes the shell stop at what fails, lets the program be found under its name, and has a sandbox that
// a guide starts run beside the guide, at addresses of its own, until the guide ends. Fragments of Go know the
// variables that it exports.
const prologue = `set -euo pipefail
PATH=%s:$PATH
export password=correct-horse-battery-staple ref=
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
ksef() {
	if [ "${1:-}" != sandbox ]; then command ksef "$@"; return; fi
	if [ "${2:-}" != serve ]; then command ksef "$@" --admin http://%[3]s; return; fi
	shift 2
	command ksef sandbox serve --listen %[2]s --tls-listen 127.0.0.1:0 --admin %[3]s "$@" &
	for _ in $(seq 200); do
		if (exec 3<>"/dev/tcp/$(echo %[2]s | tr : /)") 2>/dev/null; then return; fi
		sleep 0.05
	done
	echo "the sandbox did not start" >&2
	return 1
}
`

// ports counts those that were tried.
var ports atomic.Int32

// free returns an address on this machine that nobody listens at, and that will not be given to an outgoing
// connection before somebody does: systems take those from above.
func free(t *testing.T) string {
	t.Helper()
	for range 1000 {
		port := 20000 + (os.Getpid()*64+int(ports.Add(1)))%12000
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		defer l.Close()
		return l.Addr().String()
	}
	t.Fatal("no port is free")
	return ""
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
