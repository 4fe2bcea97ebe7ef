using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Orchestration.Analyzers.Tests.Support;

/// <summary>Compiles marked sources and holds what the analyzers report against the marks.</summary>
internal static class Check
{
    public static readonly ImmutableArray<DiagnosticAnalyzer> Analyzers =
    [
        new WorkflowCodeAnalyzer(), new WorkflowClassAnalyzer(), new ActivityCallAnalyzer(), new AllowanceAnalyzer(),
    ];

    public const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Orchestration.Workflows;
        """;

    private static readonly Lazy<ImmutableArray<MetadataReference>> AllReferences = new(static () =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static p => !Path.GetFileName(p).StartsWith("Orchestration.Analyzers", StringComparison.Ordinal))
            .Select(static p => (MetadataReference)MetadataReference.CreateFromFile(p)),
    ]);

    public static ImmutableArray<MetadataReference> References => AllReferences.Value;

    public static CSharpParseOptions Parsing { get; } = new(LanguageVersion.CSharp14);

    public static CSharpCompilationOptions Compiling { get; } =
        new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true);

    /// <summary>The analyzers report what the sources' marks say, and nothing else. Files are F0.cs, F1.cs and so on.</summary>
    /// <returns>What was reported, by place.</returns>
    public static async Task<IReadOnlyList<Diagnostic>> ReportsAsync(params string[] sources)
    {
        var files = sources.Select(Markup.Parse).ToList();
        var reported = await DiagnosticsAsync(files.Select(static (f, i) => ($"F{i}.cs", f.Text)));
        var expected = files
            .SelectMany(static (f, i) => f.Expected.Select(e =>
                $"{e.Id} at F{i}.cs '{f.Text.Substring(e.Span.Start, e.Span.Length)}' ({e.Span.Start})"))
            .Order(StringComparer.Ordinal);
        var actual = reported.Select(static d =>
                $"{d.Id} at {d.Location.SourceTree!.FilePath} '{TextOf(d)}' ({d.Location.SourceSpan.Start})")
            .Order(StringComparer.Ordinal);
        var messages = string.Join(Environment.NewLine, reported.Select(static d => d.ToString()));
        Assert.True(expected.SequenceEqual(actual, StringComparer.Ordinal), $"""
            Expected:
            {string.Join(Environment.NewLine, expected)}
            Reported:
            {string.Join(Environment.NewLine, actual)}
            {messages}
            """);
        return reported;
    }

    /// <summary>A workflow whose RunAsync has the given statements.</summary>
    public static string Workflow(string statements, string members = "") => $$"""
        [Workflow("tested")]
        public sealed class Tested : Workflow<int, int>
        {
            public override async Task<int> RunAsync(int input)
            {
                {{statements}}
                await Context.DelayAsync(TimeSpan.FromSeconds(1));
                return 0;
            }

            {{members}}
        }
        """;

    public static async Task<IReadOnlyList<Diagnostic>> DiagnosticsAsync(
        IEnumerable<(string Path, string Text)> files, IEnumerable<MetadataReference>? references = null, bool usings = true)
    {
        var trees = files.Append(("Usings.cs", usings ? Usings : "")).Select(static f =>
            CSharpSyntaxTree.ParseText(f.Item2, Parsing, f.Item1));
        var compilation = CSharpCompilation.Create("Snippet", trees, references ?? References, Compiling);
        var errors = compilation.GetDiagnostics().Where(static d => d.Severity == DiagnosticSeverity.Error).ToList();
        Assert.True(errors.Count == 0, string.Join(Environment.NewLine, errors));
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]),
            onAnalyzerException: static (e, analyzer, _) => throw new InvalidOperationException($"{analyzer} failed: {e}", e),
            concurrentAnalysis: true,
            logAnalyzerExecutionTime: false);
        var reported = await compilation.WithAnalyzers(Analyzers, options).GetAnalyzerDiagnosticsAsync();
        return [.. reported.OrderBy(static d => d.Location.SourceTree?.FilePath).ThenBy(static d => d.Location.SourceSpan.Start)];
    }

    private static string TextOf(Diagnostic diagnostic) =>
        diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan);
}
