using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Orchestration.Analyzers.CodeFixes;

namespace Orchestration.Analyzers.Tests.Support;

/// <summary>Applies the code fixes to what the analyzers report, until nothing is offered any more.</summary>
internal static class Fix
{
    /// <summary>The source after all fixes that are offered; it compiles.</summary>
    public static async Task<string> AllAsync(string source)
    {
        using var workspace = new AdhocWorkspace();
        var project = workspace.AddProject(ProjectInfo.Create(
            ProjectId.CreateNewId(), VersionStamp.Default, "Snippet", "Snippet", LanguageNames.CSharp,
            compilationOptions: Check.Compiling, parseOptions: Check.Parsing, metadataReferences: Check.References));
        project = project.AddDocument("Usings.cs", Check.Usings, filePath: "Usings.cs").Project;
        var document = project.AddDocument("F0.cs", source, filePath: "F0.cs");
        for (var round = 0; round < 20; round++)
        {
            if (await FirstOfferAsync(document) is not { } action) return await TextAsync(document);
            var operations = await action.GetOperationsAsync(CancellationToken.None);
            document = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
        }

        throw new InvalidOperationException($"Fixes without end:\n{await TextAsync(document)}");
    }

    private static async Task<CodeAction?> FirstOfferAsync(Document document)
    {
        var compilation = await document.Project.GetCompilationAsync() ?? throw new InvalidOperationException("No compilation.");
        var errors = compilation.GetDiagnostics().Where(static d => d.Severity == DiagnosticSeverity.Error).ToList();
        Assert.True(errors.Count == 0, $"{await TextAsync(document)}\n{string.Join("\n", errors)}");
        var reported = await compilation.WithAnalyzers(ImmutableArray.Create<DiagnosticAnalyzer>(new WorkflowCodeAnalyzer()))
            .GetAnalyzerDiagnosticsAsync();
        var provider = new WorkflowCodeFixProvider();
        foreach (var diagnostic in reported.OrderBy(static d => d.Location.SourceSpan.Start))
        {
            CodeAction? offer = null;
            if (!provider.FixableDiagnosticIds.Contains(diagnostic.Id)) continue;
            await provider.RegisterCodeFixesAsync(new CodeFixContext(
                document, diagnostic, (action, _) => offer ??= action, CancellationToken.None));
            if (offer is not null) return offer;
        }

        return null;
    }

    private static async Task<string> TextAsync(Document document) => (await document.GetTextAsync()).ToString();
}
