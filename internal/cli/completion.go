package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

func (a *app) newCompletion() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:       "completion {" + strings.Join(shells, " | ") + "}",
		Short:     a.say.completionShort(),
		Long:      a.say.completionLong(),
		ValidArgs: shells,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && slices.Contains(shells, args[0]) {
				return nil
			}
			return &usageError{a.say.wantShell(shells, args), a.say.hintSeeHelp(cmd.CommandPath())}
		},
		Example: "  source <(ksef completion bash)\n" +
			"  ksef completion zsh > \"${fpath[1]}/_ksef\"\n" +
			"  ksef completion fish > ~/.config/fish/completions/ksef.fish\n" +
			"  ksef completion powershell | Out-String | Invoke-Expression",
		RunE: func(cmd *cobra.Command, args []string) error { return a.completion(cmd.Root(), args[0]) },
	}
}

// completion writes the script that teaches a shell our commands. The script
// asks the program, so it need not be renewed with it.
func (a *app) completion(root *cobra.Command, shell string) error {
	switch shell {
	case "bash":
		return root.GenBashCompletionV2(a.stdout, true)
	case "zsh":
		return root.GenZshCompletion(a.stdout)
	case "fish":
		return root.GenFishCompletion(a.stdout, true)
	default:
		return root.GenPowerShellCompletionWithDesc(a.stdout)
	}
}
