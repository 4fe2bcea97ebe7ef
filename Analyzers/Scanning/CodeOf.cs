using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Orchestration.Analyzers.Scanning;

/// <summary>The syntax that runs when a symbol of this compilation is called, made or read.</summary>
internal static class CodeOf
{
    /// <summary>Bodies and initializers, none of which is generated.</summary>
    public static IEnumerable<SyntaxNode> Symbol(ISymbol symbol) =>
        Nodes(symbol).Where(static n => !IsGenerated(n.SyntaxTree));

    private static IEnumerable<SyntaxNode> Nodes(ISymbol symbol) => symbol switch
    {
        IMethodSymbol { MethodKind: MethodKind.Constructor } constructor => Constructor(constructor),
        IMethodSymbol { MethodKind: MethodKind.StaticConstructor } constructor => Bodies(constructor),
        IMethodSymbol method => Bodies(method.PartialImplementationPart ?? method),
        IFieldSymbol or IPropertySymbol => Initializers(symbol),
        _ => [],
    };

    private static IEnumerable<SyntaxNode> Constructor(IMethodSymbol constructor)
    {
        var chained = false;
        foreach (var body in Bodies(constructor))
        {
            chained |= body is ConstructorDeclarationSyntax { Initializer.RawKind: (int)SyntaxKind.ThisConstructorInitializer };
            yield return body;
        }

        if (chained) yield break;
        foreach (var member in constructor.ContainingType.GetMembers())
        {
            if (member is not (IFieldSymbol { IsStatic: false, IsConst: false } or IPropertySymbol { IsStatic: false })) continue;
            foreach (var initializer in Initializers(member)) yield return initializer;
        }
    }

    private static IEnumerable<SyntaxNode> Bodies(IMethodSymbol method)
    {
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            switch (reference.GetSyntax())
            {
                case BaseMethodDeclarationSyntax { Body: null, ExpressionBody: null }
                    and not ConstructorDeclarationSyntax { Initializer: not null }:
                case AccessorDeclarationSyntax { Body: null, ExpressionBody: null }:
                    break;
                case BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or ArrowExpressionClauseSyntax:
                    yield return reference.GetSyntax();
                    break;
                case PropertyDeclarationSyntax { ExpressionBody: { } body }:
                    yield return body;
                    break;
                case IndexerDeclarationSyntax { ExpressionBody: { } body }:
                    yield return body;
                    break;
                case TypeDeclarationSyntax { BaseList.Types: { } bases }:
                    foreach (var arguments in bases.OfType<PrimaryConstructorBaseTypeSyntax>()) yield return arguments;
                    break;
            }
        }
    }

    private static IEnumerable<SyntaxNode> Initializers(ISymbol member)
    {
        if (KnownTypes.Attribute(member, KnownTypes.Allowance) is not null) yield break;
        foreach (var reference in member.DeclaringSyntaxReferences)
        {
            var initializer = reference.GetSyntax() switch
            {
                VariableDeclaratorSyntax variable => variable.Initializer,
                PropertyDeclarationSyntax property => property.Initializer,
                _ => null,
            };
            // A literal does nothing.
            if (initializer is not null and not { Value: LiteralExpressionSyntax }) yield return initializer;
        }
    }

    private static bool IsGenerated(SyntaxTree tree) =>
        tree.FilePath.EndsWith(".g.cs", StringComparison.OrdinalIgnoreCase)
        || tree.FilePath.EndsWith(".g.i.cs", StringComparison.OrdinalIgnoreCase)
        || tree.FilePath.EndsWith(".generated.cs", StringComparison.OrdinalIgnoreCase)
        || tree.FilePath.EndsWith(".designer.cs", StringComparison.OrdinalIgnoreCase);
}
