using System.Diagnostics;
using Orchestration.Silo.Tests;

namespace Orchestration.Cli.Tests;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("workflow st", new[] { "start", "stack" })]
    [InlineData("workflow list --status f", new[] { "failed" })]
    [InlineData("cl", new[] { "cluster" })]
    public async Task Suggest_LineSoFar_NamesWhatMayFollow(string line, string[] expected)
    {
        var run = await CliRun.OfAsync($"[suggest:{line.Length}]", line);
        var suggested = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var word in expected) Assert.Contains(word, suggested);
    }

    [ProgramFact("bash")]
    public async Task Bash_WithTheScript_Completes()
    {
        var script = (await CliRun.OfAsync("completion", "bash")).Output;
        var command = $"""
            orchestration() {"{"} dotnet '{typeof(OrchestrationCommand).Assembly.Location}' "$@"; {"}"}
            complete() {"{"} :; {"}"}
            {script}
            COMP_LINE='orchestration workflow st'; COMP_POINT=25
            _orchestration
            printf '%s\n' "{"${COMPREPLY[@]}"}"
            """;
        Assert.Equal(["stack", "start"], await LinesOfAsync("bash", command));
    }

    [ProgramFact("zsh")]
    public async Task Zsh_WithTheScript_Completes()
    {
        var script = (await CliRun.OfAsync("completion", "zsh")).Output;
        var command = $"""
            orchestration() {"{"} dotnet '{typeof(OrchestrationCommand).Assembly.Location}' "$@"; {"}"}
            compdef() {"{"} :; {"}"}
            compadd() {"{"} shift; printf '%s\n' "$@"; {"}"}
            {script}
            BUFFER='orchestration workflow st'; CURSOR=25
            _orchestration
            """;
        var lines = await LinesOfAsync("zsh", command);
        Assert.Contains("stack", lines);
        Assert.Contains("start", lines);
    }

    [ProgramFact("pwsh")]
    public async Task PowerShell_WithTheScript_Completes()
    {
        var script = (await CliRun.OfAsync("completion", "pwsh")).Output;
        var folder = Directory.CreateTempSubdirectory("cli-pwsh-");
        try
        {
            // PowerShell asks completers of this kind for programs alone, not for functions.
            var program = Path.Combine(folder.FullName, "orchestration");
            await File.WriteAllTextAsync(
                program, $"#!/bin/sh\nexec dotnet '{typeof(OrchestrationCommand).Assembly.Location}' \"$@\"\n");
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            var command = $$"""
                $env:PATH = '{{folder.FullName}}' + [System.IO.Path]::PathSeparator + $env:PATH
                {{script}}
                $found = TabExpansion2 -inputScript 'orchestration workflow st' -cursorColumn 25
                $words = [string[]]@($found.CompletionMatches.CompletionText)
                [System.IO.File]::WriteAllLines('{{folder.FullName}}/found', $words)
                """;
            var file = Path.Combine(folder.FullName, "complete.ps1");
            await File.WriteAllTextAsync(file, command);
            await LinesOfAsync("pwsh", "", "-NoProfile", "-NonInteractive", "-File", file);
            var found = await File.ReadAllLinesAsync(Path.Combine(folder.FullName, "found"));
            Assert.Equal(["stack", "start"], found.Order(StringComparer.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyList<string>> LinesOfAsync(string shell, string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(shell, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(command);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
    }

    [Theory]
    [InlineData("zsh", "compdef")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Completion_OtherShells_HaveAScript(string shell, string word)
    {
        var run = await CliRun.OfAsync("completion", shell);
        Assert.Contains(word, run.Output, StringComparison.Ordinal);
    }
}
