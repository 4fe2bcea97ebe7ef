using System.Text.RegularExpressions;
using Orchestration.Workflows;

namespace Orchestration.Repository.Tests;

/// <summary>Documents are complete, short enough, and lead where they say.</summary>
public sealed partial class DocumentTests
{
    private const int LongestReadme = 250;

    private static readonly string[] Required =
    [
        "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "docs/operations.md",
        "docs/determinism.md", "docs/performance.md", "docs/history-format.md", "docs/getting-started.md", "docs/authoring.md",
        "docs/testing.md", "docs/errors/README.md",
    ];

    private static readonly Dictionary<string, string> Codes = typeof(FaultCodes).GetFields()
        .Where(static f => f.IsLiteral)
        .ToDictionary(static f => (string)f.GetRawConstantValue()!, static f => f.Name);

    [Fact]
    public void Documents_Required_Exist() => Findings.None(Required.Where(static p => !File.Exists(Repository.Absolute(p))));

    [Fact]
    public void Readme_Length_StaysWithin250Lines() =>
        Assert.InRange(Repository.Read("README.md").TrimEnd('\n').Split('\n').Length, 1, LongestReadme);

    [Fact]
    public void FaultCodes_EachCode_HasAPageWithCauseAndRemedy() => Findings.None(
        from code in Codes
        let path = $"docs/errors/{code.Key}.md"
        let text = File.Exists(Repository.Absolute(path)) ? Repository.Read(path) : null
        let problem = text switch
        {
            null => "is missing",
            _ when !text.StartsWith($"# {code.Key}: ", StringComparison.Ordinal) => $"does not begin with '# {code.Key}: '",
            _ when !text.Contains("\n## Cause\n", StringComparison.Ordinal) => "has no section Cause",
            _ when !text.Contains("\n## Remedy\n", StringComparison.Ordinal) => "has no section Remedy",
            _ => null,
        }
        where problem is not null
        select $"{path} ({code.Value}) {problem}");

    [Fact]
    public void ErrorPages_EachPage_BelongsToACode() => Findings.None(
        from path in Repository.Documents
        where path.StartsWith("docs/errors/ORCH", StringComparison.Ordinal)
        where !Codes.ContainsKey(Path.GetFileNameWithoutExtension(path))
        select $"{path}: no such code in FaultCodes");

    [Fact]
    public void ErrorIndex_EachCode_HasALineAndNoOther()
    {
        var listed = IndexLine().Matches(Repository.Read("docs/errors/README.md")).Select(static m => m.Groups[1].Value).ToList();
        Assert.Equal(Codes.Keys.Order(StringComparer.Ordinal), listed);
    }

    [Fact]
    public void Links_AnyDocument_LeadSomewhere() => Findings.None(
        from path in Repository.Documents
        from link in Link().Matches(CodeBlock().Replace(Repository.Read(path), "")).Select(static m => m.Groups[1].Value)
        where !link.StartsWith("http", StringComparison.Ordinal) && !link.StartsWith("mailto:", StringComparison.Ordinal)
        let problem = ProblemOf(path, link)
        where problem is not null
        select $"{path}: ({link}) {problem}");

    private static string? ProblemOf(string document, string link)
    {
        var parts = link.Split('#', 2);
        var target = parts[0].Length == 0
            ? Repository.Absolute(document)
            : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Repository.Absolute(document))!, parts[0]));
        if (!File.Exists(target) && !Directory.Exists(target)) return "leads nowhere";
        if (parts.Length == 1 || !target.EndsWith(".md", StringComparison.Ordinal)) return null;
        return Anchors(File.ReadAllText(target)).Contains(parts[1]) ? null : "names no heading there";
    }

    private static HashSet<string> Anchors(string text) => Heading().Matches(CodeBlock().Replace(text, ""))
        .Select(static m => NotInAnchors().Replace(m.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))
        .ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex(@"\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\| \[(ORCH\d+)\]\(\1\.md\) \| [^|]+ \| [^|]+ \|$", RegexOptions.Multiline)]
    private static partial Regex IndexLine();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
