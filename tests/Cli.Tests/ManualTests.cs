using System.CommandLine;
using Orchestration.Cli.Commands;

namespace Orchestration.Cli.Tests;

/// <summary>The command and its page say the same.</summary>
public sealed class ManualTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "cli.md"));

    [Fact]
    public void Commands_Each_DoSomethingAndStandInThePage()
    {
        var leaves = LeavesOf(OrchestrationCommand.Make(new GlobalOptions()), "").ToList();
        Assert.NotEmpty(leaves);
        foreach (var (path, command) in leaves)
        {
            Assert.True(command.Action is not null, $"{path} does nothing");
            Assert.False(string.IsNullOrEmpty(command.Description), $"{path} does not say what it does");
            var group = path.Split(' ')[0];
            Assert.Contains(
                Page.Split('\n'),
                l => l.StartsWith($"| `{group} ", StringComparison.Ordinal)
                    && l.Contains(command.Name, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void ExitCodes_Each_StandInThePage()
    {
        var codes = typeof(ExitCodes).GetFields().Select(static f => (int)f.GetRawConstantValue()!).ToList();
        Assert.NotEmpty(codes);
        foreach (var code in codes) Assert.Contains($"\n| {code} | ", Page, StringComparison.Ordinal);
    }

    private static IEnumerable<(string Path, Command Command)> LeavesOf(Command command, string path) =>
        command.Subcommands.Count == 0
            ? [(path, command)]
            : command.Subcommands.SelectMany(c => LeavesOf(c, $"{path} {c.Name}".TrimStart()));

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Orchestration.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
