using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Orchestration.Repository.Tests;

/// <summary>Sizes and shapes of source files.</summary>
public sealed class RepositoryTidyTests
{
    private const int LongFile = 500;
    private const int LongestFile = 800;
    private const int LongestMethod = 70;
    private const int LongestLine = 130;
    private const int SmallType = 60;

    /// <summary>Files over 500 lines, each with its reason.</summary>
    private static readonly Dictionary<string, string> LongFiles = [];

    [Fact]
    public void Files_AnyLength_StayWithinLimits() => Findings.None(
        from file in Repository.Sources
        where file.Lines.Length > (LongFiles.ContainsKey(file.Path) ? LongestFile : LongFile)
        select $"{file.Path}: {file.Lines.Length} lines; split it (over {LongFile} needs a reason in LongFiles)");

    [Fact]
    public void LongFiles_NotLongAnyMore_AreStruckOff() => Findings.None(
        from path in LongFiles.Keys
        where !Repository.Sources.Any(f => f.Path == path && f.Lines.Length > LongFile)
        select $"{path}: not over {LongFile} lines any more; strike it off LongFiles");

    [Fact]
    public void Lines_AnyFile_StayWithin130Columns() => Findings.None(
        from file in Repository.Sources
        from line in file.Lines.Index()
        where line.Item.Length > LongestLine
        select $"{file.Path}:{line.Index + 1}: {line.Item.Length} columns");

    [Fact]
    public void Methods_AnyFile_FitOnAScreen() => Findings.None(
        from file in Repository.Sources
        from node in file.Syntax.DescendantNodes()
        where node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax
        let lines = file.LinesOf(node)
        where lines > LongestMethod
        select $"{file.Path}:{file.LineOf(node)}: a method of {lines} lines; at most {LongestMethod}");

    [Fact]
    public void PublicTypes_OneAFile_ButForSmallCompanions() => Findings.None(
        from file in Repository.Sources
        where !file.Path.StartsWith("tests/", StringComparison.Ordinal) // A suite's own workflows stand beside its tests.
        let large = PublicTypes(file)
            .Where(t => file.LinesOf(t) > SmallType)
            .Select(static t => t.Identifier.Text)
            .Distinct()
            .ToList()
        where large.Count > 1
        select $"{file.Path}: {string.Join(", ", large)}; one public type a file, and companions of {SmallType} lines at most");

    [Fact]
    public void Files_PublicTypeInside_CarryItsName() => Findings.None(
        from file in Repository.Sources
        where !file.Path.StartsWith("tests/", StringComparison.Ordinal)
        let names = PublicTypes(file).Select(static t => t.Identifier.Text).ToList()
        where names.Count == 1 && names[0] != NameOf(file)
        select $"{file.Path}: holds the public type {names[0]}");

    [Fact]
    public void Namespaces_AnyFile_AreFileScoped() => Findings.None(
        from file in Repository.Sources
        from node in file.Syntax.DescendantNodes().OfType<NamespaceDeclarationSyntax>()
        select $"{file.Path}:{file.LineOf(node)}: a namespace block");

    [Fact]
    public void Tests_WaitingForSomething_NeverSleep() => Findings.None(
        from file in Repository.Sources
        where file.Path.StartsWith("tests/", StringComparison.Ordinal)
            && !file.Path.StartsWith("tests/Simulation/", StringComparison.Ordinal) // all its time is virtual
            && file.Path != "tests/Chaos/Pause.cs" // real time is what it is about
        from access in file.Syntax.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
        where access.ToString() is "Task.Delay" or "Thread.Sleep"
        select $"{file.Path}:{file.LineOf(access)}: {access}; wait with Eventually, or move virtual time");

    [Fact]
    public void LoggerMessages_AnyProject_LiveInLogFilesUnderUniqueIds()
    {
        var messages =
            from file in Repository.Sources
            from attribute in file.Syntax.DescendantNodes().OfType<AttributeSyntax>()
            where attribute.Name.ToString() is "LoggerMessage"
            select (File: file, Attribute: attribute, Id: EventId(attribute));
        var found = messages.ToList();
        Findings.None(
            from m in found
            where !m.File.Path.EndsWith(".Log.cs", StringComparison.Ordinal)
            select $"{m.File.Path}:{m.File.LineOf(m.Attribute)}: log messages live in X.Log.cs");
        Findings.None(
            from m in found
            group m by (Project: ProjectOf(m.File.Path), m.Id) into same
            where same.Count() > 1
            let places = same.Select(static m => $"{m.File.Path}:{m.File.LineOf(m.Attribute)}")
            select $"{same.Key.Project}: event id {same.Key.Id} is used by {string.Join(", ", places)}");
    }

    [Fact]
    public void Files_Committed_NameNoWorkplace() => Findings.None(
        from path in Repository.Files(".cs", ".md", ".csproj", ".props", ".targets", ".json", ".sh", ".yml")
        let relative = Repository.Relative(path)
        where relative != "tests/Repository.Tests/RepositoryTidyTests.cs"
        from word in (string[])["/work/", "DESIGN.md", "STYLE.md", "shared/peers", "/tmp/"]
        where File.ReadAllText(path).Contains(word, StringComparison.Ordinal)
        select $"{relative}: mentions {word}");

    private static IEnumerable<BaseTypeDeclarationSyntax> PublicTypes(SourceFile file) =>
        file.Syntax.DescendantNodes(static n => n is not BaseTypeDeclarationSyntax)
            .OfType<BaseTypeDeclarationSyntax>()
            .Where(static t => t.Modifiers.Any(SyntaxKind.PublicKeyword));

    private static string NameOf(SourceFile file)
    {
        var name = Path.GetFileNameWithoutExtension(file.Path);
        return name.Split('`', '.')[0];
    }

    private static string EventId(AttributeSyntax attribute)
    {
        var arguments = attribute.ArgumentList?.Arguments ?? default;
        var named = arguments.FirstOrDefault(static a => a.NameEquals?.Name.Identifier.Text == "EventId"
            || a.NameColon?.Name.Identifier.Text == "eventId");
        return (named ?? arguments.First()).Expression.ToString();
    }

    private static string ProjectOf(string path) => Repository.Projects
        .Select(static p => Path.GetDirectoryName(p.Path)!)
        .Where(folder => path.StartsWith(folder + "/", StringComparison.Ordinal))
        .MaxBy(static folder => folder.Length) ?? "";
}
