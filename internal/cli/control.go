package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// adminFlagOf gives a command the address of the controls of a sandbox. Whoever uses
// another sandbox than that of the default addresses must say where its controls are:
// at the default ones is somebody else's clock.
func (a *app) adminFlagOf(cmd *cobra.Command, address *string) *cobra.Command {
	named := a.variable(sandboxAdmin)
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		base := cmp.Or(a.flags.baseURL, a.variable("BASE_URL"))
		if named != "" || base == "" || cmd.Flags().Changed("admin") || ofDefaultSandbox(base) {
			return nil
		}
		return &usageError{a.say.whichControls(base), a.say.hintControls()}
	}
	checkedVar(cmd.Flags(), address, "admin", cmp.Or(named, controls(defaultAdmin)), a.say.controlFlag(), func(text string) error {
		u, err := url.Parse(controls(text))
		if err != nil || u.Hostname() == "" {
			return errors.New(a.say.wantControls())
		}
		return nil
	})
	return cmd
}

// sandboxAdmin names the variable with the address of the controls.
const sandboxAdmin = "SANDBOX_ADMIN"

// ofDefaultSandbox reports whether a base URL is that of a sandbox at its default
// addresses.
func ofDefaultSandbox(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return false
	}
	at := net.JoinHostPort(strings.Replace(u.Hostname(), "localhost", "127.0.0.1", 1), u.Port())
	return at == defaultListen || at == defaultTLSListen
}

func (a *app) newSandboxState() *cobra.Command {
	var admin string
	return a.adminFlagOf(&cobra.Command{
		Use:   "state",
		Short: a.say.stateShort(),
		Args:  a.noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.control(cmd.Context(), "GET", admin, "/state", nil)
		},
	}, &admin)
}

func (a *app) newSandboxAdvance() *cobra.Command {
	var admin string
	return a.adminFlagOf(&cobra.Command{
		Use:     "advance " + a.say.durationPlaceholder(),
		Short:   a.say.advanceShort(),
		Example: "  ksef sandbox advance 15m",
		Args:    a.oneArg(a.say.aDuration),
		RunE: func(cmd *cobra.Command, args []string) error {
			by, err := time.ParseDuration(args[0])
			if err != nil || by <= 0 {
				return &usageError{a.say.notADuration(args[0]), ""}
			}
			return a.control(cmd.Context(), "POST", admin, "/advance", map[string]string{"by": by.String()})
		},
	}, &admin)
}

func (a *app) newSandboxReset() *cobra.Command {
	var admin string
	return a.adminFlagOf(&cobra.Command{
		Use:   "reset",
		Short: a.say.resetShort(),
		Args:  a.noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.control(cmd.Context(), "POST", admin, "/reset", struct{}{})
		},
	}, &admin)
}

// faultOptions are the members of a fault as the controls take them.
type faultOptions struct {
	Route       string   `json:"route,omitempty"`
	Skip        int      `json:"skip,omitempty"`
	Times       int      `json:"times,omitempty"`
	Delay       string   `json:"delay,omitempty"`
	Drop        bool     `json:"drop,omitempty"`
	Lose        bool     `json:"lose,omitempty"`
	Truncate    int      `json:"truncate,omitempty"`
	Status      int      `json:"status,omitempty"`
	Code        int      `json:"code,omitempty"`
	Details     []string `json:"details,omitempty"`
	RetryAfter  string   `json:"retryAfter,omitempty"`
	Body        string   `json:"body,omitempty"`
	ContentType string   `json:"contentType,omitempty"`

	clear       bool
	admin       string
	delay, wait time.Duration
}

func (a *app) newSandboxFault() *cobra.Command {
	var opts faultOptions
	cmd := &cobra.Command{
		Use:   "fault",
		Short: a.say.faultShort(),
		Long:  a.say.faultLong(),
		Example: "  ksef sandbox fault --route \"POST /auth/token/redeem\" --lose --times 1\n" +
			"  ksef sandbox fault --status 429 --retry-after 30s --times 3\n" +
			"  ksef sandbox fault --clear",
		Args: a.noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if opts.clear {
				return a.control(cmd.Context(), "DELETE", opts.admin, "/faults", nil)
			}
			if opts.none() {
				return &usageError{a.say.noFault(), a.say.hintSeeHelp(cmd.CommandPath())}
			}
			return a.injectFault(cmd.Context(), opts)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	patternVar(f, &opts.Route, "route", a.say.faultRouteFlag(), operation, a.say.wantOperation())
	a.numberVar(f, &opts.Skip, "skip", 0, noMost, a.say.faultSkipFlag())
	a.numberVar(f, &opts.Times, "times", 0, noMost, a.say.faultTimesFlag())
	a.spanVar(f, &opts.delay, "delay", a.say.faultDelayFlag())
	f.BoolVar(&opts.Drop, "drop", false, a.say.faultDropFlag())
	f.BoolVar(&opts.Lose, "lose", false, a.say.faultLoseFlag())
	a.numberVar(f, &opts.Truncate, "truncate", 1, noMost, a.say.faultTruncateFlag())
	a.numberVar(f, &opts.Status, "status", 100, 599, a.say.faultStatusFlag())
	a.numberVar(f, &opts.Code, "code", 1, 99999, a.say.faultCodeFlag())
	f.StringArrayVar(&opts.Details, "detail", nil, a.say.faultDetailFlag())
	a.spanVar(f, &opts.wait, "retry-after", a.say.faultRetryAfterFlag())
	f.StringVar(&opts.Body, "body", "", a.say.faultBodyFlag())
	patternVar(f, &opts.ContentType, "content-type", a.say.faultContentTypeFlag(), mediaType, a.say.wantMediaType())
	f.BoolVar(&opts.clear, "clear", false, a.say.faultClearFlag())
	return a.adminFlagOf(cmd, &opts.admin)
}

// none reports whether nothing would go wrong.
func (o *faultOptions) none() bool {
	return o.delay == 0 && !o.Drop && !o.Lose && o.Truncate == 0 && o.Status == 0 && o.Code == 0 &&
		len(o.Details) == 0 && o.wait == 0 && o.Body == ""
}

// The forms of an operation of KSeF and of a type of content.
var (
	operation = regexp.MustCompile(`^(GET|POST|PUT|PATCH|DELETE) /\S+$`)
	mediaType = regexp.MustCompile(`^[\w.+-]+/[\w.+-]+( *;.*)?$`)
)

func (a *app) injectFault(ctx context.Context, opts faultOptions) error {
	opts.Delay, opts.RetryAfter = opts.delay.String(), opts.wait.String()
	return a.control(ctx, "POST", opts.admin, "/faults", opts)
}

// sandboxState is what a sandbox says it holds.
type sandboxState struct {
	Now        time.Time `json:"now"`
	Challenges int       `json:"challenges"`
	Sessions   int       `json:"sessions"`
	Tokens     int       `json:"tokens"`
	Sendings   int       `json:"invoiceSessions"`
	Invoices   int       `json:"invoices"`
	Faults     int       `json:"faults"`
	Requests   int       `json:"requests"`
}

func (a *app) sandboxStateColumns() []column[sandboxState] {
	return []column[sandboxState]{
		{"now", a.say.colClock(), func(s sandboxState) any { return s.Now }},
		{"challenges", a.say.colChallenges(), func(s sandboxState) any { return s.Challenges }},
		{"sessions", a.say.colAuthSessions(), func(s sandboxState) any { return s.Sessions }},
		{"tokens", a.say.colTokens(), func(s sandboxState) any { return s.Tokens }},
		{"invoiceSessions", a.say.colSendings(), func(s sandboxState) any { return s.Sendings }},
		{"invoices", a.say.colInvoices(), func(s sandboxState) any { return s.Invoices }},
		{"faults", a.say.colFaults(), func(s sandboxState) any { return s.Faults }},
		{"requests", a.say.colRequests(), func(s sandboxState) any { return s.Requests }},
	}
}

// controls is the address of the controls as a URL.
func controls(address string) string {
	if strings.Contains(address, "://") {
		return address
	}
	return "http://" + address
}

// control asks something of the controls of a sandbox and shows the state it is
// in then.
func (a *app) control(ctx context.Context, method, admin, path string, in any) error {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(controls(admin), "/")+path, body)
	if err != nil {
		return &usageError{a.say.errorText(err), ""}
	}
	resp, err := (&http.Client{Timeout: answerTimeout}).Do(req)
	if err != nil {
		return &hintedError{err, a.say.hintServe()}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return err
	}
	var answer struct {
		sandboxState
		Error string `json:"error"`
	}
	if err := json.Unmarshal(text, &answer); err != nil || resp.StatusCode/100 != 2 && answer.Error == "" {
		return &hintedError{fmt.Errorf("%s %s: %s", method, path, resp.Status), a.say.hintServe()}
	}
	if answer.Error != "" {
		return errors.New(answer.Error)
	}
	return show(a, a.sandboxStateColumns(), answer.sandboxState)
}
