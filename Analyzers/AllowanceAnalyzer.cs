using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Orchestration.Analyzers;

/// <summary>Asks for the reason of each AllowNondeterminism.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AllowanceAnalyzer : DiagnosticAnalyzer
{
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
            if (KnownTypes.In(start.Compilation) is not null) start.RegisterSyntaxNodeAction(Check, SyntaxKind.Attribute);
        });
    }

    private static void Check(SyntaxNodeAnalysisContext context)
    {
        var attribute = (AttributeSyntax)context.Node;
        var name = attribute.Name switch
        {
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
            AliasQualifiedNameSyntax aliased => aliased.Name.Identifier.ValueText,
            _ => "",
        };
        if (name is not ("AllowNondeterminism" or "AllowNondeterminismAttribute")) return;
        if (attribute.ArgumentList?.Arguments.FirstOrDefault()?.Expression is not { } why) return;
        var value = context.SemanticModel.GetConstantValue(why, context.CancellationToken);
        if (value is { HasValue: true, Value: null or string } && string.IsNullOrWhiteSpace(value.Value as string))
            context.ReportDiagnostic(Diagnostic.Create(Rules.AllowanceWithoutWhy, attribute.GetLocation()));
    }
}
