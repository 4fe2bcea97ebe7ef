using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Orchestration.Analyzers.Payloads;

namespace Orchestration.Analyzers;

/// <summary>Looks at the interfaces through which activities are called, and at what their calls carry.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ActivityCallAnalyzer : DiagnosticAnalyzer
{
    private const string Word = "Activit";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(Rules.ActivityInterface, Rules.Unserializable);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (KnownTypes.In(start.Compilation) is not { } known) return;
            var interfaces = new ActivityInterfaces(known, new PayloadTypes(known));
            start.RegisterSemanticModelAction(model => Check(model, known, interfaces));
        });
    }

    private static void Check(SemanticModelAnalysisContext context, KnownTypes known, ActivityInterfaces interfaces)
    {
        var tree = context.SemanticModel.SyntaxTree;
        if (!WordFilter.Has(tree, Word, context.CancellationToken)) return;
        foreach (var node in tree.GetRoot(context.CancellationToken).DescendantNodes())
            if (node is GenericNameSyntax name) Check(context, name, known, interfaces);
    }

    private static void Check(
        SemanticModelAnalysisContext context, GenericNameSyntax name, KnownTypes known, ActivityInterfaces interfaces)
    {
        var text = name.Identifier.ValueText;
        // By its text first: nearly all generic names are others, and cost nothing so.
        if (name.TypeArgumentList.Arguments.Count != 1 || text.IndexOf(Word, StringComparison.Ordinal) < 0) return;
        if (context.SemanticModel.GetSymbolInfo(name, context.CancellationToken).Symbol is not IMethodSymbol method
            || !known.IsContext(method.ContainingType) || method.TypeArguments.Length != 1) return;
        var place = name.TypeArgumentList.Arguments[0].GetLocation();
        var type = method.TypeArguments[0];
        if (text.EndsWith("Activities", StringComparison.Ordinal))
        {
            if (type is not INamedTypeSymbol declared) return;
            foreach (var problem in interfaces.ProblemsOf(declared))
                context.ReportDiagnostic(Diagnostic.Create(problem.Rule, place, problem.Subject, problem.Why));
        }
        else if (interfaces.Payloads.ProblemOf(type) is { } problem)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.Unserializable, place, "The activity's result", problem));
        }
    }
}
