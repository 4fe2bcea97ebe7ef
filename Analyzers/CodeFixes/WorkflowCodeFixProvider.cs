using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Orchestration.Analyzers.Bans;

namespace Orchestration.Analyzers.CodeFixes;

/// <summary>Puts the engine's own in the place of clocks, random values, timers and the like, where it is at hand.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(WorkflowCodeFixProvider))]
[Shared]
public sealed class WorkflowCodeFixProvider : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
        ImmutableArray.Create("ORCHA001", "ORCHA002", "ORCHA003", "ORCHA004", "ORCHA005");

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var document = context.Document;
        if (await document.GetSyntaxRootAsync(context.CancellationToken) is not { } root
            || await document.GetSemanticModelAsync(context.CancellationToken) is not { } model) return;
        foreach (var diagnostic in context.Diagnostics)
        {
            if (!diagnostic.Properties.TryGetValue(Fixes.Property, out var fix) || fix is null) continue;
            if (root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true)
                .FirstAncestorOrSelf<ExpressionSyntax>() is not { } marked) continue;
            if (new Replacement(model, context.CancellationToken).Of(marked, fix) is not var (old, replacement)) continue;
            context.RegisterCodeFix(
                CodeAction.Create(
                    TitleOf(fix),
                    _ => Task.FromResult(document.WithSyntaxRoot(root.ReplaceNode(old, replacement.WithTriviaFrom(old)))),
                    equivalenceKey: fix),
                diagnostic);
        }
    }

    private static string TitleOf(string fix) => fix switch
    {
        Fixes.UtcDateTime or Fixes.UtcDate or Fixes.UtcNow => "Use Context.UtcNow",
        Fixes.NewGuid => "Use Context.NewGuid()",
        Fixes.Random => "Use Context.Random",
        Fixes.Delay or Fixes.Sleep => "Use Context.DelayAsync",
        Fixes.Await => "Await the task",
        Fixes.KeepContext => "Await the task as it is",
        _ => "Call it in the run itself",
    };
}
