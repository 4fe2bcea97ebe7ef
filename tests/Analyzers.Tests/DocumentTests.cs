using Microsoft.CodeAnalysis;
using Orchestration.Analyzers.Tests.Support;

namespace Orchestration.Analyzers.Tests;

/// <summary>Each rule has a page that says what is wrong and what to do.</summary>
public class DocumentTests
{
    private static IEnumerable<DiagnosticDescriptor> Rules =>
        Check.Analyzers.SelectMany(static a => a.SupportedDiagnostics).DistinctBy(static r => r.Id);

    [Fact]
    public void Rules_EachHasAPageAndEachPageARule()
    {
        var folder = Path.Combine(Root(), "docs", "analyzers");
        foreach (var rule in Rules)
        {
            var page = File.ReadAllText(Path.Combine(folder, rule.Id + ".md"));
            Assert.StartsWith($"# {rule.Id}: {rule.Title}\n", page, StringComparison.Ordinal);
            Assert.Contains("\n## Why\n", page, StringComparison.Ordinal);
            Assert.Contains("\n## What to do\n", page, StringComparison.Ordinal);
            Assert.Contains($"| {rule.DefaultSeverity} |", page, StringComparison.Ordinal);
        }

        Assert.Equal(
            Rules.Select(static r => r.Id + ".md").Append("README.md").Order(StringComparer.Ordinal),
            Directory.GetFiles(folder).Select(static f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
    }

    private static string Root()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Orchestration.sln"))) at = Path.GetDirectoryName(at.TrimEnd('/'))!;
        return at;
    }
}
