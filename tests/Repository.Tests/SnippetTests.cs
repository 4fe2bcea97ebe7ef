using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Orchestration.Repository.Tests;

/// <summary>
/// What documents show in C# compiles. The blocks of one document that only declare types are compiled together; each block with
/// statements is a program of its own that sees those types and what <see cref="Given"/> declares.
/// </summary>
public sealed partial class SnippetTests
{
    /// <summary>What a snippet may take as given.</summary>
    private const string Given = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Orchestration.Workflows;
        global using Orchestration.Client;
        global using Orchestration.Grains.Hosting;
        global using Orchestration.Grains.Interfaces.Workflows;
        global using Orchestration.Storage.AzureStorage;
        global using Orchestration.Storage.PostgreSql;
        global using Orchestration.Storage.Sqlite;
        global using Orchestration.Testing;
        global using Orchestration.Testing.Activities;
        global using Orchestration.Testing.Histories;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Orleans;
        global using Orleans.Hosting;
        global using static Given;

        internal static class Given
        {
            public static IWorkflowClient client => throw new NotSupportedException();
            public static IGrainFactory grainFactory => throw new NotSupportedException();
            public static CancellationToken cancellationToken => default;
        }
        """;

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Preview);

    public static TheoryData<string> DocumentsWithCode => new(
        Repository.Documents.Where(static d => Block().IsMatch(Repository.Read(d))));

    [Theory]
    [MemberData(nameof(DocumentsWithCode))]
    public void Snippets_AnyDocument_Compile(string document)
    {
        var blocks = Block().Matches(Repository.Read(document))
            .Select(static m => CSharpSyntaxTree.ParseText(m.Groups[1].Value, Parsing))
            .ToLookup(static t => t.GetCompilationUnitRoot().Members.OfType<GlobalStatementSyntax>().Any());
        var given = CSharpSyntaxTree.ParseText(Given, Parsing);
        var types = blocks[false].Prepend(given).ToList();
        var programs = blocks[true].Select(p => (Trees: types.Append(p), Kind: OutputKind.ConsoleApplication));
        Findings.None(
            from compiled in programs.Prepend((Trees: types, Kind: OutputKind.DynamicallyLinkedLibrary))
            from problem in Problems(compiled.Trees, compiled.Kind)
            select $"{document}: {problem}");
    }

    private static IEnumerable<string> Problems(IEnumerable<SyntaxTree> trees, OutputKind kind) =>
        CSharpCompilation.Create(
                "Snippet",
                trees,
                References.Value,
                new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable))
            .GetDiagnostics()
            .Where(static d => d.Severity == DiagnosticSeverity.Error)
            .Select(static d => $"{d.GetMessage(null)} in '{LineOf(d)}'")
            .Distinct();

    private static string LineOf(Diagnostic problem) =>
        problem.Location.SourceTree is { } tree
            ? tree.GetText().Lines[problem.Location.GetLineSpan().StartLinePosition.Line].ToString().Trim()
            : "";

    private static Lazy<List<MetadataReference>> References { get; } = new(static () =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(static p => p.EndsWith(".dll", StringComparison.Ordinal))
            .Select(static p => (MetadataReference)MetadataReference.CreateFromFile(p))
            .ToList());

    [GeneratedRegex(@"^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
