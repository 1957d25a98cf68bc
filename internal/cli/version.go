package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// The KSeF API this program was written for. A test compares apiBase with the
// contract.
const (
	apiBase    = "2.7.0" // the ministry's OpenAPI document
	apiChanges = "2.9.0" // the last release whose changes are in on top of it
)

// versions is what the version command reports.
type versions struct {
	Version    string `json:"version"`            // of the module; "devel" when built from a work tree
	Revision   string `json:"revision,omitempty"` // of the source, when the build recorded it
	Go         string `json:"go"`
	Platform   string `json:"platform"`
	API        string `json:"api"`
	APIChanges string `json:"apiChanges"`
}

func (a *app) newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: a.say.versionShort(),
		Args:  a.noArgs,
		RunE:  func(*cobra.Command, []string) error { return a.version() },
	}
}

func (a *app) version() error {
	v := builtVersions()
	if a.flags.json {
		return a.writeJSON(v)
	}
	revision := ""
	if v.Revision != "" {
		revision = v.Revision[:min(12, len(v.Revision))] + ", "
	}
	fmt.Fprintf(a.stdout, "ksef %s (%s%s, %s)\n", v.Version, revision, v.Go, v.Platform)
	fmt.Fprintln(a.stdout, a.say.apiVersion(v.API, v.APIChanges))
	return nil
}

// builtVersions reads what the Go toolchain wrote into the binary.
func builtVersions() versions {
	v := versions{
		Version:    "devel",
		Go:         runtime.Version(),
		Platform:   runtime.GOOS + "/" + runtime.GOARCH,
		API:        apiBase,
		APIChanges: apiChanges,
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v.Revision = s.Value
		}
	}
	return v
}
