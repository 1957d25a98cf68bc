package cli

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ksef-go/ksef"
)

func (a *app) newToken() *cobra.Command {
	return a.withProof(a.group("token", a.say.tokenShort(),
		a.newTokenGenerate(),
		a.newTokenList(),
		a.newTokenShow(),
		a.newTokenRevoke(),
	))
}

// tokenPermissions are what a KSeF token may be given.
func tokenPermissions() []string {
	return texts([]ksef.Permission{
		ksef.InvoiceRead, ksef.InvoiceWrite, ksef.CredentialsRead, ksef.CredentialsManage,
		ksef.SubunitManage, ksef.EnforcementOperations, ksef.Introspection,
	})
}

type tokenGenerateOptions struct {
	description string
	permissions []string
	out         string
}

func (a *app) newTokenGenerate() *cobra.Command {
	var opts tokenGenerateOptions
	cmd := &cobra.Command{
		Use:     "generate",
		Short:   a.say.tokenGenerateShort(),
		Long:    a.say.tokenGenerateLong(),
		Example: "  ksef token generate --description \"ERP, sending\" --permission InvoiceRead,InvoiceWrite --out token",
		Args:    a.noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.generateToken(cmd.Context(), opts) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	a.descriptionVar(f, &opts.description, a.say.descriptionFlag())
	f.StringSliceVar(&opts.permissions, "permission", nil, a.say.tokenPermissionFlag())
	f.StringVar(&opts.out, "out", "", a.say.tokenOutFlag())
	_ = cmd.RegisterFlagCompletionFunc("permission", cobra.FixedCompletions(tokenPermissions(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (a *app) generateToken(ctx context.Context, opts tokenGenerateOptions) error {
	if opts.description == "" || len(opts.permissions) == 0 {
		return &usageError{a.say.tokenNeeds(), ""}
	}
	permissions := make([]ksef.Permission, len(opts.permissions))
	for i, text := range opts.permissions {
		permission, err := a.oneOf("permission", text, tokenPermissions())
		if err != nil {
			return err
		}
		permissions[i] = ksef.Permission(permission)
	}
	var file *newFile
	if opts.out != "" && opts.out != dash {
		var err error
		if file, err = a.reserve(opts.out); errors.Is(err, fs.ErrExist) {
			return &usageError{a.say.fileExists(opts.out), ""}
		} else if err != nil {
			return a.fault("out", opts.out, err)
		}
		defer file.close()
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		made, err := s.Tokens.Generate(ctx, opts.description, permissions...)
		if made == nil {
			return err
		}
		// KSeF shows the secret this once, so it goes out also when waiting for
		// the token failed.
		if errors.Is(err, ksef.ErrForbidden) { // to make tokens is one permission, to read them another
			a.note(a.say.tokenUnseen(string(made.ReferenceNumber)))
			err = nil
		}
		return errors.Join(a.showSecret(made, file, opts.out), err)
	})
}

// showSecret writes the secret of a new token to the file, or shows it where there
// is none, or none any more.
func (a *app) showSecret(made *ksef.NewToken, file *newFile, name string) error {
	columns := []column[*ksef.NewToken]{
		{"referenceNumber", a.say.colReference(), func(t *ksef.NewToken) any { return string(t.ReferenceNumber) }},
		{"token", "Token", func(t *ksef.NewToken) any { return t.Token }},
	}
	if file == nil {
		return show(a, columns, made)
	}
	if err := file.fill([]byte(made.Token + "\n")); err != nil {
		err = &hintedError{a.unwritten(name, err), a.say.hintSecretShown()}
		return errors.Join(err, show(a, columns, made))
	}
	columns[1] = column[*ksef.NewToken]{"file", a.say.colFile(), func(*ksef.NewToken) any { return name }}
	return show(a, columns, made)
}

type tokenListOptions struct {
	statuses                        []string
	description, author, authorKind string
	limit                           int
}

func (a *app) newTokenList() *cobra.Command {
	var opts tokenListOptions
	cmd := &cobra.Command{
		Use:   "list",
		Short: a.say.tokenListShort(),
		Args:  a.noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.listTokens(cmd.Context(), opts) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringSliceVar(&opts.statuses, "status", nil, a.say.tokenStatusFlag())
	a.textVar(f, &opts.description, "description", leastPart, noMost, a.say.tokenDescriptionPartFlag())
	a.textVar(f, &opts.author, "author", leastPart, noMost, a.say.tokenAuthorFlag())
	f.StringVar(&opts.authorKind, "author-type", "", a.say.tokenAuthorTypeFlag())
	a.limitVar(f, &opts.limit)
	_ = cmd.RegisterFlagCompletionFunc("status", cobra.FixedCompletions(tokenStatuses(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func tokenStatuses() []string {
	return texts([]ksef.TokenStatus{ksef.TokenPending, ksef.TokenActive, ksef.TokenRevoking, ksef.TokenRevoked, ksef.TokenFailed})
}

func (a *app) listTokens(ctx context.Context, opts tokenListOptions) error {
	q := &ksef.TokenQuery{
		ListOptions: ksef.ListOptions{PageSize: 100},
		Description: opts.description,
		Author:      opts.author,
	}
	for _, text := range opts.statuses {
		status, err := a.oneOf("status", text, tokenStatuses())
		if err != nil {
			return err
		}
		q.Statuses = append(q.Statuses, ksef.TokenStatus(status))
	}
	if opts.authorKind != "" {
		kind, err := a.oneOf("author-type", opts.authorKind, texts([]ksef.Kind{ksef.KindNIP, ksef.KindPESEL, ksef.KindFingerprint}))
		if err != nil {
			return err
		}
		q.AuthorKind = ksef.Kind(kind)
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		return list(a, a.tokenColumns(), first(opts.limit, s.Tokens.All(ctx, q)))
	})
}

// oneOf finds the value of a flag among those that there are, however it is
// written.
func (a *app) oneOf(flag, text string, values []string) (string, error) {
	for _, v := range values {
		if strings.EqualFold(v, text) {
			return v, nil
		}
	}
	if text == "" {
		return "", &usageError{a.say.wantFlag([]string{"--" + flag}) + ": " + a.say.wantOneOf(values), ""}
	}
	return "", a.notMeant(flag, text, a.say.wantOneOf(values))
}

func (a *app) tokenColumns() []column[ksef.Token] {
	return []column[ksef.Token]{
		{"referenceNumber", a.say.colReference(), func(t ksef.Token) any { return string(t.ReferenceNumber) }},
		{"status", a.say.colStatus(), func(t ksef.Token) any { return string(t.Status) }},
		{"description", a.say.colDescription(), func(t ksef.Token) any { return t.Description }},
		{"permissions", a.say.colPermissions(), func(t ksef.Token) any { return texts(t.Permissions) }},
		{"created", a.say.colCreated(), func(t ksef.Token) any { return t.Created }},
		{"lastUsed", a.say.colLastUsed(), func(t ksef.Token) any { return t.LastUsed }},
		{"authorType", "", func(t ksef.Token) any { return t.Author.Kind }},
		{"author", a.say.colAuthor(), func(t ksef.Token) any { return t.Author.Value }},
		{"contextType", "", func(t ksef.Token) any { return t.Context.Kind }},
		{"context", "", func(t ksef.Token) any { return t.Context.Value }},
		{"statusDetails", "", func(t ksef.Token) any { return t.StatusDetails }},
	}
}

func (a *app) newTokenShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show " + a.say.referencePlaceholder(),
		Short: a.say.tokenShowShort(),
		Args:  a.oneArg(a.say.aReference),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.showToken(cmd.Context(), args[0]) },
	}
}

func (a *app) showToken(ctx context.Context, text string) error {
	ref, err := ksef.ParseReferenceNumber(text)
	if err != nil {
		return err
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		token, err := s.Tokens.Get(ctx, ref)
		if err != nil {
			return err
		}
		return show(a, a.tokenColumns(), *token)
	})
}

func (a *app) newTokenRevoke() *cobra.Command {
	return &cobra.Command{
		Use:   "revoke " + a.say.referencePlaceholder(),
		Short: a.say.tokenRevokeShort(),
		Long:  a.say.tokenRevokeLong(),
		Args:  a.oneArg(a.say.aReference),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.revokeToken(cmd.Context(), args[0]) },
	}
}

func (a *app) revokeToken(ctx context.Context, text string) error {
	ref, err := ksef.ParseReferenceNumber(text)
	if err != nil {
		return err
	}
	return a.authenticated(ctx, func(ctx context.Context, s *signedIn) error {
		if err := s.Tokens.Revoke(ctx, ref); err != nil {
			return err
		}
		return a.done(a.say.tokenRevoked(string(ref)), member{"referenceNumber", ref}, member{"revoked", true})
	})
}
