package cli

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
)

func (a *app) newProfile() *cobra.Command {
	return a.group("profile", a.say.profileShort(),
		a.newProfileCreate(),
		a.newProfileList(),
		a.newProfileShow(),
		a.newProfileUse(),
		a.newProfileDelete(),
		a.newProfilePath(),
	)
}

// namedProfile is a profile as it is listed.
type namedProfile struct {
	*profile
	name   string
	active bool
}

func (a *app) profileColumns() []column[namedProfile] {
	return []column[namedProfile]{
		{"name", a.say.colName(), func(p namedProfile) any { return p.name }},
		{"active", a.say.colActive(), func(p namedProfile) any { return p.active }},
		{"environment", a.say.colEnvironment(), func(p namedProfile) any { return p.Environment }},
		{"nip", "NIP", func(p namedProfile) any { return p.NIP }},
		{"method", a.say.colMethod(), func(p namedProfile) any { return p.Auth.Type }},
		{"contextType", "", func(p namedProfile) any { return p.Auth.ContextType }},
		{"tokenEnv", "", func(p namedProfile) any { return p.Auth.TokenEnv }},
		{"cert", "", func(p namedProfile) any { return p.Auth.Cert }},
		{"key", "", func(p namedProfile) any { return p.Auth.Key }},
		{"keyPasswordEnv", "", func(p namedProfile) any { return p.Auth.KeyPasswordEnv }},
		{"p12", "", func(p namedProfile) any { return p.Auth.P12 }},
		{"p12PasswordEnv", "", func(p namedProfile) any { return p.Auth.P12PasswordEnv }},
	}
}

// profileDetails are the same with everything to be seen.
func (a *app) profileDetails() []column[namedProfile] {
	all := a.profileColumns()
	for i := range all {
		if all[i].title == "" {
			all[i].title = all[i].name
		}
	}
	return all
}

type profileCreateOptions struct{ force, noActivate bool }

func (a *app) newProfileCreate() *cobra.Command {
	var opts profileCreateOptions
	cmd := &cobra.Command{
		Use:   "create " + a.say.namePlaceholder(),
		Short: a.say.profileCreateShort(),
		Long:  a.say.profileCreateLong(),
		Example: "  ksef profile create firma --env production --nip 5261040828 --token-env FIRMA_KSEF_TOKEN\n" +
			"  ksef profile create pieczec --env production --nip 5261040828 \\\n" +
			"    --p12 seal.p12 --password-env SEAL_PASSWORD\n" +
			"  ksef profile create proba --env test --nip 5261040828 --test-cert",
		Args: a.oneArg(a.say.aName),
		RunE: func(_ *cobra.Command, args []string) error { return a.createProfile(args[0], opts) },
	}
	cmd.Flags().BoolVar(&opts.force, "force", false, a.say.forceFlag())
	cmd.Flags().BoolVar(&opts.noActivate, "no-activate", false, a.say.noActivateFlag())
	return a.withProof(cmd)
}

func (a *app) createProfile(name string, opts profileCreateOptions) error {
	made, err := a.profileOfFlags()
	if err != nil {
		return err
	}
	active := false
	err = a.changeProfiles(func(all *profiles, f *tomlFile) error {
		if all.Profiles[name] != nil && !opts.force {
			return &usageError{a.say.profileExists(name), a.say.hintForce()}
		}
		if err := writeProfile(f, name, made); err != nil {
			return err
		}
		active = !opts.noActivate || all.Active == name
		if opts.noActivate {
			return nil
		}
		return f.set(name, "active_profile")
	})
	if err != nil {
		return err
	}
	return show(a, a.profileDetails(), namedProfile{made, name, active})
}

// profileOfFlags is the profile that the flags describe. Where a secret is to be
// read it can say only by naming a variable.
func (a *app) profileOfFlags() (*profile, error) {
	if a.flags.environment == "" || a.flags.nip == "" {
		return nil, &usageError{a.say.envAndNIP(), ""}
	}
	p, err := a.proofOfFlags(a.proof)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return nil, &usageError{a.say.noProof(), a.say.hintMethods()}
	}
	if p.secret.file != "" {
		return nil, &usageError{a.say.profileNamesVariables(), a.say.hintRemember()}
	}
	made := &profile{Environment: a.flags.environment, Auth: profileAuth{Type: p.method, ContextType: a.proof.contextType}}
	switch p.method {
	case byToken:
		made.Auth.TokenEnv = p.secret.variable
	case byPEM:
		made.Auth.KeyPasswordEnv = p.secret.variable
	case byP12:
		made.Auth.P12PasswordEnv = p.secret.variable
	}
	// Programs run in other directories than this one.
	for _, file := range []struct {
		to   *string
		name string
	}{{&made.Auth.Cert, p.cert}, {&made.Auth.Key, p.key}, {&made.Auth.P12, p.p12}} {
		if file.name == "" {
			continue
		}
		if *file.to, err = filepath.Abs(a.path(file.name)); err != nil {
			return nil, err
		}
	}
	made.NIP = a.flags.nip
	if err := a.checkProfile(made); err != nil {
		return nil, &usageError{a.say.errorText(err), ""}
	}
	if made.Auth.Type == byTestCertificate && made.Environment != "test" {
		return nil, &usageError{a.say.testCertificateEnvironment(), ""}
	}
	in, err := contextOf(contextKinds[made.Auth.ContextType], a.flags.nip)
	made.NIP = in.Value
	return made, a.fault("nip", a.flags.nip, err)
}

// writeProfile puts p into the file. Keys that are not ours stay.
func writeProfile(f *tomlFile, name string, p *profile) error {
	top := []string{"profiles", name}
	for _, k := range []struct{ key, value string }{{"environment", p.Environment}, {"nip", p.NIP}} {
		if err := f.set(k.value, append(slices.Clone(top), k.key)...); err != nil {
			return err
		}
	}
	auth := append(top, "auth")
	for _, k := range []struct{ key, value string }{
		{"type", p.Auth.Type},
		{"token_env", p.Auth.TokenEnv},
		{"context_type", p.Auth.ContextType},
		{"cert", p.Auth.Cert},
		{"key", p.Auth.Key},
		{"key_password_env", p.Auth.KeyPasswordEnv},
		{"p12", p.Auth.P12},
		{"p12_password_env", p.Auth.P12PasswordEnv},
	} {
		path := append(slices.Clone(auth), k.key)
		err := f.remove(path...)
		if err == nil && k.value != "" {
			err = f.set(k.value, path...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *app) newProfileList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: a.say.profileListShort(),
		Args:  a.noArgs,
		RunE:  func(*cobra.Command, []string) error { return a.listProfiles() },
	}
}

func (a *app) listProfiles() error {
	all, err := a.readProfiles()
	if err != nil {
		return err
	}
	return list(a, a.profileColumns(), func(yield func(namedProfile, error) bool) {
		for _, name := range slices.Sorted(maps.Keys(all.Profiles)) {
			if !yield(namedProfile{all.Profiles[name], name, name == all.Active}, nil) {
				return
			}
		}
	})
}

// profileNames are for completion, which has no place for errors.
func (a *app) profileNames() []string {
	all, err := a.readProfiles()
	if err != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(all.Profiles))
}

func (a *app) newProfileShow() *cobra.Command {
	return &cobra.Command{
		Use:               "show " + a.say.optionalNamePlaceholder(),
		Short:             a.say.profileShowShort(),
		Args:              a.atMostOneArg,
		ValidArgsFunction: a.completeProfile,
		RunE:              func(_ *cobra.Command, args []string) error { return a.showProfile(args) },
	}
}

func (a *app) showProfile(args []string) error {
	all, err := a.readProfiles()
	if err != nil {
		return err
	}
	var name string
	var p *profile
	if len(args) > 0 {
		if name, p = args[0], all.Profiles[args[0]]; p == nil {
			return &usageError{a.say.noProfile(name), a.say.hintProfiles(all.file)}
		}
	} else if name, p, err = a.chosenProfile(); err != nil {
		return err
	}
	if p == nil {
		return &usageError{a.say.noActiveProfile(), ""}
	}
	return show(a, a.profileDetails(), namedProfile{p, name, name == all.Active})
}

func (a *app) newProfileUse() *cobra.Command {
	return &cobra.Command{
		Use:               "use " + a.say.namePlaceholder(),
		Short:             a.say.profileUseShort(),
		Args:              a.oneArg(a.say.aName),
		ValidArgsFunction: a.completeProfile,
		RunE:              func(_ *cobra.Command, args []string) error { return a.useProfile(args[0]) },
	}
}

func (a *app) useProfile(name string) error {
	var used *profile
	err := a.changeProfiles(func(all *profiles, f *tomlFile) error {
		if used = all.Profiles[name]; used == nil {
			return &usageError{a.say.noProfile(name), a.say.hintProfiles(all.file)}
		}
		return f.set(name, "active_profile")
	})
	if err != nil || !a.flags.json {
		return err
	}
	return show(a, a.profileDetails(), namedProfile{used, name, true})
}

func (a *app) newProfileDelete() *cobra.Command {
	return &cobra.Command{
		Use:               "delete " + a.say.namePlaceholder(),
		Short:             a.say.profileDeleteShort(),
		Long:              a.say.profileDeleteLong(),
		Args:              a.oneArg(a.say.aName),
		ValidArgsFunction: a.completeProfile,
		RunE:              func(_ *cobra.Command, args []string) error { return a.deleteProfile(args[0]) },
	}
}

func (a *app) deleteProfile(name string) error {
	err := a.changeProfiles(func(all *profiles, f *tomlFile) error {
		if all.Profiles[name] == nil {
			return &usageError{a.say.noProfile(name), a.say.hintProfiles(all.file)}
		}
		if err := f.remove("profiles", name); err != nil {
			return err
		}
		if all.Active != name {
			return nil
		}
		return f.remove("active_profile")
	})
	if err != nil || !a.flags.json {
		return err
	}
	return a.writeJSON(ordered{{"name", name}, {"deleted", true}})
}

func (a *app) newProfilePath() *cobra.Command {
	return &cobra.Command{
		Use:   "path",
		Short: a.say.profilePathShort(),
		Args:  a.noArgs,
		RunE: func(*cobra.Command, []string) error {
			file, err := a.profileFile()
			if err != nil {
				return err
			}
			if a.flags.json {
				return a.writeJSON(ordered{{"path", file}})
			}
			fmt.Fprintln(a.stdout, file) // alone, to be put into other commands
			return nil
		},
	}
}

func (a *app) completeProfile(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.profileNames(), cobra.ShellCompDirectiveNoFileComp
}
