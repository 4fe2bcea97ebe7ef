using System.CommandLine;

namespace Orchestration.Cli.Commands;

/// <summary><c>orchestration completion ...</c>: what makes shells complete commands and options.</summary>
internal static class CompletionCommands
{
    private const string Bash = """
        _orchestration() {
            local IFS=$'\n' line="${COMP_LINE#* }"
            local place=$((COMP_POINT - ${#COMP_LINE} + ${#line}))
            local word="${line:0:place}"
            COMPREPLY=($(compgen -W "$(orchestration "[suggest:${place}]" "${line}" 2>/dev/null)" -- "${word##* }"))
        }
        complete -o default -F _orchestration orchestration
        """;

    private const string Zsh = """
        _orchestration() {
            local -a found
            local line="${BUFFER#* }"
            found=("${(@f)$(orchestration "[suggest:$((CURSOR - ${#BUFFER} + ${#line}))]" "${line}" 2>/dev/null)}")
            compadd -- "${found[@]}"
        }
        compdef _orchestration orchestration
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName orchestration -ScriptBlock {
            param($word, $line, $place)
            $cut = "$line".IndexOf(' ') + 1
            orchestration "[suggest:$($place - $cut)]" "$line".Substring($cut) | Where-Object { $_ -like "$word*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    /// <summary>Makes them.</summary>
    public static Command Make(GlobalOptions options) => new("completion", "Prints what makes a shell complete this command.")
    {
        Script(options, "bash", "For bash: source <(orchestration completion bash)", Bash),
        Script(options, "zsh", "For zsh: source <(orchestration completion zsh)", Zsh),
        Script(options, "pwsh", "For PowerShell: orchestration completion pwsh | Out-String | Invoke-Expression", PowerShell),
    };

    private static Command Script(GlobalOptions options, string shell, string about, string script) =>
        Leaf.Make(options, shell, about, (context, _) => context.Line.InvocationConfiguration.Output.WriteLineAsync(script));
}
