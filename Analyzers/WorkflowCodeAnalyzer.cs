using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Orchestration.Analyzers.Bans;
using Orchestration.Analyzers.Scanning;

namespace Orchestration.Analyzers;

/// <summary>
/// Finds what would make workflow code take another way on replay, in workflow classes and in the code of the same compilation
/// that they call. What workflow classes do is reported where it stands; what others do, at the workflow's call that leads to it.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class WorkflowCodeAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(
        Rules.Clock, Rules.Chance, Rules.ForeignTask, Rules.Blocking, Rules.LeavesContext, Rules.Surroundings, Rules.InputOutput,
        Rules.MutableStatic, Rules.HashOrder, Rules.RepeatedOutput, Rules.ReadOnlyCode);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (KnownTypes.In(start.Compilation) is not { } known) return;
            var graph = new CallGraph(start.Compilation, known);
            start.RegisterSymbolAction(
                symbol =>
                {
                    var type = (INamedTypeSymbol)symbol.Symbol;
                    if (type.TypeKind == TypeKind.Class && known.IsWorkflow(type))
                        new WorkflowClass(type, graph, symbol).Analyze();
                },
                SymbolKind.NamedType);
        });
    }

    /// <summary>One workflow class while it is looked at.</summary>
    private sealed class WorkflowClass(INamedTypeSymbol type, CallGraph graph, SymbolAnalysisContext context)
    {
        private readonly HashSet<ISymbol> _own = new(SymbolEqualityComparer.Default);
        private readonly Queue<ISymbol> _open = new();

        public void Analyze()
        {
            foreach (var member in type.GetMembers())
            {
                if (member is not IMethodSymbol { IsStatic: false } method || KnownTypes.IsAllowed(method)) continue;
                Visit(method);
                if (ReadOnlyCode.KindOf(method) is { } kind) new ReadOnlyCode(method, kind, graph, context).Analyze();
            }

            while (_open.Count > 0) Analyze(_open.Dequeue());
        }

        private void Analyze(ISymbol code)
        {
            var summary = graph.Summary(code, context.CancellationToken);
            foreach (var culprit in summary.Culprits) Report(culprit);
            var told = new HashSet<(Location, string)>();
            foreach (var call in summary.Calls)
            {
                if (graph.Target(call) is not { } target) continue;
                if (IsOwn(target)) Visit(target);
                else if (target.IsStatic || !graph.IsWorkflowsOwn(target)) Follow(call, target, told);
            }
        }

        private void Visit(ISymbol code)
        {
            if (_own.Add(code)) _open.Enqueue(code);
        }

        private bool IsOwn(ISymbol code)
        {
            for (var at = code.ContainingType; at is not null; at = at.ContainingType)
                if (KnownTypes.Same(at.OriginalDefinition, type)) return true;
            return false;
        }

        private void Follow(Call call, ISymbol target, HashSet<(Location Place, string What)> told)
        {
            foreach (var reached in graph.Reach(target, context.CancellationToken))
            {
                var culprit = reached.Culprit;
                if (!told.Add((call.Place, culprit.Rule.Id + culprit.Name))) continue;
                var subject = $"'{culprit.Name}', called by way of {reached.Way} ({Sites.Place(culprit.Place)}),";
                context.ReportDiagnostic(Diagnostic.Create(
                    culprit.Rule, call.Place, additionalLocations: [culprit.Place], properties: null, subject, culprit.Remedy));
            }
        }

        private void Report(Culprit culprit)
        {
            var properties = culprit.Fix is null
                ? ImmutableDictionary<string, string?>.Empty
                : ImmutableDictionary<string, string?>.Empty.Add(Fixes.Property, culprit.Fix);
            context.ReportDiagnostic(Diagnostic.Create(
                culprit.Rule, culprit.Place, properties, $"'{culprit.Name}'", culprit.Remedy));
        }
    }
}
