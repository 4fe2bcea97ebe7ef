using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Orchestration.Repository.Tests;

/// <summary>The repository's files as the tests see them; read and parsed once.</summary>
internal static class Repository
{
    private static readonly string[] Skipped =
    [
        "bin", "obj", ".git", ".vs", ".idea", "node_modules", "TestResults",
        "BenchmarkDotNet.Artifacts", "data", "shop",
    ];

    public static string Root { get; } = FindRoot();

    /// <remarks>Not in parallel: other threads would wait for this initializer to end.</remarks>
    public static IReadOnlyList<SourceFile> Sources { get; } = Files(".cs")
        .Select(static path => new SourceFile(Relative(path), File.ReadAllText(path)))
        .OrderBy(static f => f.Path, StringComparer.Ordinal)
        .ToList();

    public static IReadOnlyList<string> Documents { get; } = Files(".md").Select(Relative).Order(StringComparer.Ordinal).ToList();

    public static IReadOnlyList<ProjectFile> Projects { get; } =
        Files(".csproj")
            .Select(static path => ProjectFile.Read(Relative(path)))
            .OrderBy(static p => p.Path, StringComparer.Ordinal)
            .ToList();

    public static string Read(string relative) => File.ReadAllText(Absolute(relative));

    public static string Absolute(string relative) => Path.Combine(Root, relative);

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    public static IEnumerable<string> Files(params string[] extensions) => Walk(Root, extensions);

    private static IEnumerable<string> Walk(string directory, string[] extensions)
    {
        foreach (var file in Directory.EnumerateFiles(directory))
            if (extensions.Contains(Path.GetExtension(file))) yield return file;
        foreach (var child in Directory.EnumerateDirectories(directory))
        {
            if (Skipped.Contains(Path.GetFileName(child))) continue;
            foreach (var file in Walk(child, extensions)) yield return file;
        }
    }

    private static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Orchestration.sln")))
        {
            directory = Path.GetDirectoryName(directory)
                ?? throw new InvalidOperationException("Orchestration.sln is in no directory above the tests.");
        }

        return directory;
    }
}

/// <summary>A source file and its syntax.</summary>
internal sealed class SourceFile(string path, string text)
{
    public string Path { get; } = path;

    public string[] Lines { get; } = text.TrimEnd('\n').Split('\n');

    public SyntaxNode Syntax { get; } =
        CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview), path).GetRoot();

    public int LineOf(SyntaxNode node) => node.SyntaxTree.GetLineSpan(node.Span).StartLinePosition.Line + 1;

    public int LinesOf(SyntaxNode node)
    {
        var span = node.SyntaxTree.GetLineSpan(node.Span);
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }
}

/// <summary>A project file and what it references.</summary>
internal sealed record ProjectFile(string Path, string Name, IReadOnlyList<string> References)
{
    public static ProjectFile Read(string path)
    {
        var folder = System.IO.Path.GetDirectoryName(Repository.Absolute(path))!;
        var references = XDocument.Load(Repository.Absolute(path)).Descendants("ProjectReference")
            .Select(static e => e.Attribute("Include")!.Value.Replace('\\', '/'))
            .Select(include => Repository.Relative(System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, include))))
            .ToList();
        return new ProjectFile(path, System.IO.Path.GetFileNameWithoutExtension(path), references);
    }
}
