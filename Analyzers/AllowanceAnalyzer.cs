using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Orchestration.Analyzers;

/// <summary>Asks for the reason of each AllowNondeterminism.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AllowanceAnalyzer : DiagnosticAnalyzer
{
    private const string Word = "AllowNondeterminism";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(Rules.AllowanceWithoutWhy);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (KnownTypes.In(start.Compilation) is not null) start.RegisterSemanticModelAction(Check);
        });
    }

    private static void Check(SemanticModelAnalysisContext context)
    {
        var tree = context.SemanticModel.SyntaxTree;
        if (!WordFilter.Has(tree, Word, context.CancellationToken)) return;
        foreach (var node in tree.GetRoot(context.CancellationToken).DescendantNodes())
            if (node is AttributeSyntax attribute) Check(context, attribute);
    }

    private static void Check(SemanticModelAnalysisContext context, AttributeSyntax attribute)
    {
        var name = attribute.Name switch
        {
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
            AliasQualifiedNameSyntax aliased => aliased.Name.Identifier.ValueText,
            _ => "",
        };
        if (name is not (Word or Word + "Attribute")) return;
        if (attribute.ArgumentList?.Arguments.FirstOrDefault()?.Expression is not { } why) return;
        var value = context.SemanticModel.GetConstantValue(why, context.CancellationToken);
        if (value is { HasValue: true, Value: null or string } && string.IsNullOrWhiteSpace(value.Value as string))
            context.ReportDiagnostic(Diagnostic.Create(Rules.AllowanceWithoutWhy, attribute.GetLocation()));
    }
}
