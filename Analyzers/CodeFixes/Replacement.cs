using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;
using Orchestration.Analyzers.Bans;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Orchestration.Analyzers.CodeFixes;

/// <summary>What a marked expression becomes; nothing where that would not compile.</summary>
internal sealed class Replacement(SemanticModel model, CancellationToken cancellationToken)
{
    /// <summary>The expression to replace and what takes its place; null where there is no safe replacement.</summary>
    public (ExpressionSyntax Old, ExpressionSyntax New)? Of(ExpressionSyntax marked, string fix)
    {
        var named = Whole(marked);
        switch (fix)
        {
            case Fixes.KeepContext:
                return named.Parent is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax configured } call
                    ? (call, configured.Expression) : null;
            case Fixes.Await:
                return Awaited(named);
            case Fixes.RunInline:
                return named.Parent is InvocationExpressionSyntax run && Inlined(run) is { } inlined ? (run, inlined) : null;
        }

        if (!HasContext(named)) return null;
        switch (fix)
        {
            case Fixes.UtcDateTime:
                return (named, ParseExpression("Context.UtcNow.UtcDateTime"));
            case Fixes.UtcDate:
                return (named, ParseExpression("Context.UtcNow.UtcDateTime.Date"));
            case Fixes.UtcNow:
                return OfUtcNow(named);
            case Fixes.NewGuid:
                return named.Parent is InvocationExpressionSyntax made
                    ? (made, ParseExpression("Context.NewGuid()")) : (named, ParseExpression("Context.NewGuid"));
            case Fixes.Random:
                return (named, ParseExpression("Context.Random"));
            case Fixes.Delay:
                return named.Parent is InvocationExpressionSyntax delay
                    && Delayed(delay) is { } durable ? (delay, durable) : null;
            case Fixes.Sleep:
                return named.Parent is InvocationExpressionSyntax sleep && IsInAsyncCode(sleep) && Delayed(sleep) is { } timer
                    ? (sleep, AwaitExpression(timer).NormalizeWhitespace()) : null;
            default:
                return null;
        }
    }

    /// <summary>The mark may be a name alone, or a part of a creation: the expression that it belongs to.</summary>
    private static ExpressionSyntax Whole(ExpressionSyntax marked) => marked switch
    {
        SimpleNameSyntax { Parent: MemberAccessExpressionSyntax access } name when access.Name == name => access,
        TypeSyntax { Parent: ObjectCreationExpressionSyntax creation } => creation,
        _ => marked,
    };

    private static (ExpressionSyntax, ExpressionSyntax)? OfUtcNow(ExpressionSyntax named)
    {
        var now = ParseExpression("Context.UtcNow");
        if (named is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: "System" }) return (named, now);
        return named.Parent is MemberAccessExpressionSyntax
        {
            Name.Identifier.ValueText: "GetUtcNow",
            Parent: InvocationExpressionSyntax call
        }
            ? (call, now) : null;
    }

    private InvocationExpressionSyntax? Delayed(InvocationExpressionSyntax call)
    {
        var arguments = call.ArgumentList.Arguments;
        if (arguments.Count is 0 or > 2
            || model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol method
            || method.Parameters.Any(static p => p.Type.Name == "TimeProvider")) return null;
        var duration = arguments[0].Expression;
        if (method.Parameters[0].Type.SpecialType == SpecialType.System_Int32)
        {
            duration = InvocationExpression(
                ParseExpression("System.TimeSpan.FromMilliseconds").WithAdditionalAnnotations(Simplifier.Annotation),
                ArgumentList(SingletonSeparatedList(Argument(duration))));
        }

        var list = call.ArgumentList.WithArguments(arguments.Replace(arguments[0], Argument(duration)));
        return InvocationExpression(ParseExpression("Context.DelayAsync"), list);
    }

    /// <summary>Task.Run of asynchronous code becomes that code: it is run in steps anyway.</summary>
    private ExpressionSyntax? Inlined(InvocationExpressionSyntax run)
    {
        if (run.ArgumentList.Arguments.Count != 1
            || model.GetSymbolInfo(run, cancellationToken).Symbol is not IMethodSymbol { Parameters: { Length: 1 } parameters }
            || parameters[0].Type is not INamedTypeSymbol { TypeArguments: { Length: 1 } results }
            || results[0].Name != "Task") return null;
        return run.ArgumentList.Arguments[0].Expression switch
        {
            ParenthesizedLambdaExpressionSyntax
            {
                AsyncKeyword.RawKind: 0, ParameterList.Parameters.Count: 0, ExpressionBody: { } body,
            } => body,
            ParenthesizedLambdaExpressionSyntax
            {
                ParameterList.Parameters.Count: 0, ExpressionBody: AwaitExpressionSyntax { Expression: { } awaited },
            } => awaited,
            IdentifierNameSyntax or MemberAccessExpressionSyntax =>
                InvocationExpression(run.ArgumentList.Arguments[0].Expression),
            _ => null,
        };
    }

    private static (ExpressionSyntax, ExpressionSyntax)? Awaited(ExpressionSyntax named)
    {
        if (named is not MemberAccessExpressionSyntax access || !IsInAsyncCode(named)) return null;
        var task = access.Expression;
        ExpressionSyntax old = access;
        if (access.Name.Identifier.ValueText != "Result")
        {
            if (access.Parent is not InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0 } call) return null;
            old = call;
            if (access.Name.Identifier.ValueText == "GetResult")
            {
                if (task is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax awaiter }) return null;
                task = awaiter.Expression;
            }
        }

        var await = AwaitExpression(Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(Space), task.WithoutTrivia());
        return old.Parent is ExpressionStatementSyntax or EqualsValueClauseSyntax or ArgumentSyntax or ReturnStatementSyntax
            ? (old, await)
            : (old, ParenthesizedExpression(await).WithAdditionalAnnotations(Simplifier.Annotation));
    }

    private static bool IsInAsyncCode(SyntaxNode node)
    {
        foreach (var at in node.Ancestors())
        {
            switch (at)
            {
                case LockStatementSyntax:
                    return false;
                case AnonymousFunctionExpressionSyntax lambda:
                    return lambda.AsyncKeyword.RawKind != 0;
                case LocalFunctionStatementSyntax local:
                    return local.Modifiers.Any(SyntaxKind.AsyncKeyword);
                case MethodDeclarationSyntax method:
                    return method.Modifiers.Any(SyntaxKind.AsyncKeyword);
                case MemberDeclarationSyntax:
                    return false;
            }
        }

        return false;
    }

    /// <summary>Whether Context there is the workflow's: not in static code, and not before the engine has set it.</summary>
    private bool HasContext(ExpressionSyntax at)
    {
        foreach (var around in at.Ancestors())
        {
            switch (around)
            {
                case ConstructorDeclarationSyntax or FieldDeclarationSyntax:
                case EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax }:
                case AnonymousFunctionExpressionSyntax lambda when lambda.Modifiers.Any(SyntaxKind.StaticKeyword):
                case LocalFunctionStatementSyntax local when local.Modifiers.Any(SyntaxKind.StaticKeyword):
                case MemberDeclarationSyntax member when member.Modifiers.Any(SyntaxKind.StaticKeyword):
                    return false;
            }

            if (around is TypeDeclarationSyntax) break;
        }

        var found = model.GetSpeculativeSymbolInfo(
            at.SpanStart, IdentifierName("Context"), SpeculativeBindingOption.BindAsExpression).Symbol;
        return found is IPropertySymbol { ContainingType: { Name: "Workflow", ContainingNamespace.Name: "Workflows" } };
    }
}
