using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Orchestration.Analyzers.Bans;

namespace Orchestration.Analyzers.Scanning;

/// <summary>What is looked at in a piece of code itself.</summary>
internal sealed partial class MethodScanner
{
    private const int ContinueOnCapturedContext = 1;

    private static readonly HashSet<string> Mutators = new(StringComparer.Ordinal)
    {
        "Add", "AddFirst", "AddLast", "AddOrUpdate", "AddRange", "Clear", "Dequeue", "Enqueue", "EnqueueRange", "ExceptWith",
        "GetOrAdd", "Insert", "InsertRange", "IntersectWith", "Pop", "Push", "Remove", "RemoveAll", "RemoveAt", "RemoveFirst",
        "RemoveLast", "RemoveRange", "RemoveWhere", "Reverse", "Sort", "SymmetricExceptWith", "TryAdd", "TryDequeue", "TryPop",
        "TryRemove", "TryTake", "TryUpdate", "UnionWith", "SetResult", "TrySetResult", "SetException", "TrySetException",
        "SetCanceled", "TrySetCanceled",
    };

    /// <summary>Methods of the context that neither record nor change anything.</summary>
    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "CreateDetachedScope", "CreateScope", "Decode", "GetExternalWorkflow",
    };

    private void CheckMember(ISymbol member, IOperation operation)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        if (_bans.Of(member.OriginalDefinition) is not { } ban) return;
        if (ban.Rule == Rules.Blocking && ban.Fix == Fixes.Await && IsKnownToBeDone(operation)) return;
        if (ban.Rule == Rules.RepeatedOutput && AsksWhetherItReplays(operation)) return;
        AddCulprit(ban.Rule, Sites.Name(member), ban.Remedy, ban.Fix, operation.Syntax, IsNamedByType(member));
    }

    private void CheckConfigureAwait(IInvocationOperation operation)
    {
        var method = operation.TargetMethod;
        if (method.Name != "ConfigureAwait" || method.ContainingNamespace?.ToDisplayString() != "System.Threading.Tasks") return;
        if (operation.Arguments.LastOrDefault()?.Value.ConstantValue is not { HasValue: true, Value: { } value }) return;
        if (value is true || (value is int options && (options & ContinueOnCapturedContext) != 0)) return;
        var shown = value is false ? "ConfigureAwait(false)" : "ConfigureAwait without ContinueOnCapturedContext";
        AddCulprit(
            Rules.LeavesContext, shown, "await the task as it is", Fixes.KeepContext, operation.Syntax, isStatic: false);
    }

    private void CheckStatic(IOperation operation, ISymbol member)
    {
        if (IsMutable(member))
        {
            if (!KnownTypes.IsAllowed(member))
                AddCulprit(Rules.MutableStatic, Sites.Name(member), "keep it in a field of the workflow", null, operation.Syntax,
                    true);
            return;
        }

        // What never changes is still as nondeterministic as what it was made of.
        if (!IsHere(member)) return;
        var type = member.ContainingType.OriginalDefinition;
        var made = member.OriginalDefinition;
        if (CodeOf.Symbol(made).Any()) _calls.Add(new(made, false, null, Sites.Of(operation.Syntax, isStatic: true)));
        else if (made is IFieldSymbol && type.StaticConstructors.FirstOrDefault() is { IsImplicitlyDeclared: false } constructor)
            _calls.Add(new(constructor, false, null, Sites.Of(operation.Syntax, isStatic: true)));
    }

    private static bool IsMutable(ISymbol member) => member switch
    {
        IFieldSymbol field => !field.IsReadOnly,
        IPropertySymbol { SetMethod: not null } property => IsAuto(property),
        _ => false,
    };

    private static bool IsAuto(IPropertySymbol property) =>
        property.ContainingType.GetMembers().Any(m =>
            m is IFieldSymbol field && KnownTypes.Same(field.AssociatedSymbol, property));

    /// <summary>Static collections that never are replaced, but filled; and the same of the code's own object.</summary>
    private void CheckMutation(IInvocationOperation operation)
    {
        if (!Mutators.Contains(operation.TargetMethod.Name) || operation.Instance is not { } instance) return;
        if (Unwrap(instance) is IMemberReferenceOperation { Member: { IsStatic: true } member } reference)
        {
            var isState = member is IFieldSymbol or IPropertySymbol && !IsMutable(member) && IsLibraryState(instance.Type);
            if (isState && !KnownTypes.IsAllowed(member))
                AddCulprit(Rules.MutableStatic, Sites.Name(member), "keep it in a field of the workflow", null, reference.Syntax,
                    true);
        }
        else if (IsOwnMember(instance) is { } own && IsLibraryState(instance.Type))
        {
            AddChange(own, operation);
        }
    }

    /// <summary>Whether it is a collection or the like of .NET itself, whose mutating methods are known by name.</summary>
    private static bool IsLibraryState(ITypeSymbol? type) => type is not null
        && !BanLookup.NameOf(type.OriginalDefinition).StartsWith("System.Collections.Immutable.", StringComparison.Ordinal)
        && (BanLookup.NameOf(type.OriginalDefinition).StartsWith("System.Collections.", StringComparison.Ordinal)
            || type.Name == "TaskCompletionSource");

    private void CheckHashOrder(IInvocationOperation operation)
    {
        if (operation.TargetMethod.ContainingType is not { Name: "Enumerable", ContainingNamespace.Name: "Linq" }) return;
        if (operation.Arguments.FirstOrDefault()?.Value is not { } source || HashOrdered.EndsInOrder(operation)) return;
        CheckHashOrder(source, source.Syntax);
    }

    private void CheckHashOrder(IOperation collection, SyntaxNode syntax)
    {
        if (HashOrdered.Find(Unwrap(collection)) is { } name)
            AddCulprit(Rules.HashOrder, name, "sort it, or use Dictionary or HashSet, which keep an order", null, syntax, true);
    }

    private void AddCulprit(DiagnosticDescriptor rule, string name, string remedy, string? fix, SyntaxNode syntax,
        bool isStatic) =>
        _culprits.Add(new(rule, name, remedy, fix, Sites.Of(syntax, isStatic)));

    private void AddChange(ISymbol member, IOperation operation) =>
        _changes.Add(new($"'{member.Name}' is changed here", Sites.Of(operation.Syntax, isStatic: true)));

    private void AddCommand(ISymbol member, IOperation operation)
    {
        if (Harmless.Contains(member.Name)) return;
        _changes.Add(new($"'Context.{member.Name}' asks the engine for a step", Sites.Of(operation.Syntax, isStatic: true)));
    }

    /// <summary>Whether code names it after its type, as <c>Task.Run</c>, so that both belong into the mark.</summary>
    private static bool IsNamedByType(ISymbol member) =>
        member.IsStatic && member is not IMethodSymbol { IsExtensionMethod: true };

    private static IOperation Unwrap(IOperation operation)
    {
        while (operation is IConversionOperation { IsImplicit: true } conversion) operation = conversion.Operand;
        return operation;
    }

    /// <summary>Whether the task was awaited before, alone or with others, so that nothing is waited for any more.</summary>
    private bool IsKnownToBeDone(IOperation operation)
    {
        var task = operation switch
        {
            IInvocationOperation { Instance: { } instance } => Unwrap(instance),
            IPropertyReferenceOperation { Instance: { } instance } => Unwrap(instance),
            _ => null,
        };
        if (task is IInvocationOperation { TargetMethod.Name: "GetAwaiter", Instance: { } awaited }) task = Unwrap(awaited);
        if (task is IAwaitOperation) return true;
        var name = task?.Syntax is IdentifierNameSyntax identifier ? identifier.Identifier.ValueText : null;
        return Awaited(operation.Syntax.SpanStart).Any(a => Mentions(a, name));
    }

    private IEnumerable<SyntaxNode> Awaited(int before) => _body.DescendantNodes()
        .Where(n => n.SpanStart < before && (n is AwaitExpressionSyntax || IsCheckOfCompletion(n)));

    private static bool IsCheckOfCompletion(SyntaxNode node) => node is MemberAccessExpressionSyntax
    {
        Name.Identifier.ValueText: "IsCompleted" or "IsCompletedSuccessfully",
    };

    private static bool Mentions(SyntaxNode awaited, string? name) => awaited.DescendantNodes().OfType<SimpleNameSyntax>()
        .Any(n => n.Identifier.ValueText is "WhenAll" or "WhenAny" || (name is not null && n.Identifier.ValueText == name));

    private static bool AsksWhetherItReplays(IOperation operation)
    {
        for (var at = operation.Parent; at is not null; at = at.Parent)
        {
            if (at is IConditionalOperation { Condition.Syntax: { } condition }
                && condition.DescendantNodesAndSelf().OfType<SimpleNameSyntax>()
                    .Any(static n => n.Identifier.ValueText == "IsReplaying")) return true;
        }

        return false;
    }
}
