using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Orchestration.Analyzers.Scanning;

/// <summary>How code is named and where it is marked.</summary>
internal static class Sites
{
    /// <summary>The part of an expression that names the culprit, without its arguments and without what stands before
    /// it.</summary>
    public static Location Of(SyntaxNode syntax, bool isStatic) => syntax switch
    {
        InvocationExpressionSyntax invocation => Of(invocation.Expression, isStatic),
        MemberAccessExpressionSyntax access when !isStatic => access.Name.GetLocation(),
        MemberBindingExpressionSyntax binding => binding.Name.GetLocation(),
        ConditionalAccessExpressionSyntax conditional => Of(conditional.WhenNotNull, isStatic),
        ObjectCreationExpressionSyntax created => Location.Create(
            created.SyntaxTree, TextSpan.FromBounds(created.SpanStart, created.Type.Span.End)),
        ImplicitObjectCreationExpressionSyntax created => created.NewKeyword.GetLocation(),
        ForEachStatementSyntax loop => loop.Expression.GetLocation(),
        LockStatementSyntax locked => locked.LockKeyword.GetLocation(),
        _ => syntax.GetLocation(),
    };

    public static string Name(ISymbol symbol) => symbol switch
    {
        IMethodSymbol { MethodKind: MethodKind.Constructor } constructor => $"new {Type(constructor.ContainingType)}()",
        IMethodSymbol { MethodKind: MethodKind.StaticConstructor } constructor => $"static {Type(constructor.ContainingType)}()",
        IMethodSymbol { AssociatedSymbol: { } property } => Name(property),
        IPropertySymbol { IsIndexer: true } indexer => $"{Type(indexer.ContainingType)}[]",
        INamedTypeSymbol type => $"new {Type(type)}()",
        { ContainingType: { } type } => $"{Type(type)}.{symbol.Name}",
        _ => symbol.Name,
    };

    /// <summary>A place for the reader of a message: <c>Clock.cs:12</c>.</summary>
    public static string Place(Location place)
    {
        var span = place.GetLineSpan();
        var path = span.Path;
        var name = path.Substring(path.LastIndexOfAny(['/', '\\']) + 1);
        return $"{name}:{span.StartLinePosition.Line + 1}";
    }

    private static string Type(INamedTypeSymbol type) => type.Name;
}
