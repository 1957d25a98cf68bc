package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

type apiOptions struct {
	input     string
	anonymous bool
}

func (a *app) newAPI() *cobra.Command {
	var opts apiOptions
	cmd := &cobra.Command{
		Use:   "api " + a.say.apiPlaceholder(),
		Short: a.say.apiShort(),
		Long:  a.say.apiLong(),
		Example: "  ksef api GET /rate-limits\n" +
			"  ksef api POST /tokens --input request.json\n" +
			"  ksef api GET /security/public-key-certificates --anonymous",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 {
				return nil
			}
			return &usageError{a.say.wantMethodAndPath(), a.say.hintSeeHelp(cmd.CommandPath())}
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.api(cmd.Context(), args[0], args[1], opts) },
	}
	cmd.Flags().StringVar(&opts.input, "input", "", a.say.apiInputFlag())
	cmd.Flags().BoolVar(&opts.anonymous, "anonymous", false, a.say.apiAnonymousFlag())
	return a.withProof(cmd)
}

// api sends a request that no command is for and writes the answer as it is.
func (a *app) api(ctx context.Context, method, path string, opts apiOptions) error {
	method = strings.ToUpper(method)
	methods := []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
	if !slices.Contains(methods, method) {
		return &usageError{a.say.notAMethod(method), a.say.wantOneOf(methods)}
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	var in any
	if opts.input != "" {
		body, err := a.readFile(opts.input)
		if err != nil {
			return a.fault("input", opts.input, err)
		}
		if !json.Valid(body) {
			return a.notMeant("input", opts.input, a.say.notJSON())
		}
		in = json.RawMessage(body)
	}
	var out []byte
	call := func(do func(ctx context.Context, method, path string, in, out any) error) error {
		if err := do(ctx, method, path, in, &out); err != nil {
			return err
		}
		if len(out) > 0 {
			fmt.Fprintf(a.stdout, "%s\n", bytes.TrimRight(out, "\n"))
		}
		return nil
	}
	if !opts.anonymous {
		return a.authenticated(ctx, func(_ context.Context, s *signedIn) error { return call(s.Do) })
	}
	account, err := a.account()
	if err != nil {
		return err
	}
	client, _, err := a.client(account)
	if err != nil {
		return err
	}
	return call(client.Do)
}
