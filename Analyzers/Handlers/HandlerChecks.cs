using Microsoft.CodeAnalysis;

namespace Orchestration.Analyzers.Handlers;

/// <summary>The message handlers of one workflow class: their signatures, their names, and what validates what.</summary>
internal sealed class HandlerChecks(INamedTypeSymbol type, KnownTypes known, Action<Diagnostic> report)
{
    public void Run()
    {
        var own = type.GetMembers().SelectMany(Handler.Of).ToList();
        if (own.Count == 0) return;
        var all = own.Concat(Inherited()).ToList();
        foreach (var handler in own)
        {
            if (ProblemOf(handler) is { } problem)
                Report(Rules.HandlerSignature, handler.Place, handler.Member.Name, Shown(handler), problem);
            if (handler.Kind == HandlerKind.Validator) CheckValidator(handler, all);
            CheckName(handler, all);
        }
    }

    /// <summary>What base classes bring that is not overridden here.</summary>
    private IEnumerable<Handler> Inherited()
    {
        var overridden = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var member in type.GetMembers()) Hide(member, overridden);
        for (var at = type.BaseType; at is not null && known.IsWorkflow(at); at = at.BaseType)
        {
            foreach (var member in at.GetMembers())
            {
                if (!overridden.Contains(member.OriginalDefinition))
                    foreach (var handler in Handler.Of(member)) yield return handler;
                Hide(member, overridden);
            }
        }
    }

    private static void Hide(ISymbol member, HashSet<ISymbol> overridden)
    {
        var hidden = member switch
        {
            IMethodSymbol method => (ISymbol?)method.OverriddenMethod,
            IPropertySymbol property => property.OverriddenProperty,
            _ => null,
        };
        if (hidden is not null) overridden.Add(hidden.OriginalDefinition);
    }

    private void CheckName(Handler handler, List<Handler> all)
    {
        // One report a pair: at the later of two of the same class, at the derived class's otherwise.
        var other = all.FirstOrDefault(h => h != handler && h.Kind == handler.Kind && h.CatchesAll == handler.CatchesAll
            && (handler.CatchesAll || h.Name == handler.Name)
            && (!KnownTypes.Same(h.Member.ContainingType, type) || IsBefore(h.Place, handler.Place)));
        if (other is null) return;
        var name = handler.CatchesAll ? "*" : handler.Name;
        Report(Rules.SameHandlerName, handler.Place, other.Member.Name, handler.Member.Name, Kind(handler), name);
    }

    private void CheckValidator(Handler validator, List<Handler> all)
    {
        var found = all.FirstOrDefault(h => h.Kind == HandlerKind.Update && h.Name == validator.Name);
        var meant = all.FirstOrDefault(h => h.Kind == HandlerKind.Update && h.Member.Name == validator.Name);
        var problem = found?.Member is not IMethodSymbol update
            ? meant is null ? "there is no update of that name" : $"the update of {meant.Member.Name} is named '{meant.Name}'"
            : validator.Member is IMethodSymbol method && !SameParameters(method, update)
                ? $"its parameters must be those of {update.Name}: ({string.Join(", ", update.Parameters.Select(Shown))})"
                : null;
        if (problem is not null)
            Report(Rules.ValidatorSignature, validator.Place, validator.Member.Name, validator.Name, problem);
    }

    private string? ProblemOf(Handler handler)
    {
        var member = handler.Member;
        if (member.IsStatic) return "it is static, and the message is for one workflow";
        if (member.DeclaredAccessibility != Accessibility.Public) return "it is not public";
        if (member is IPropertySymbol property) return property.GetMethod is null ? "it cannot be read" : null;
        var method = (IMethodSymbol)member;
        if (method.IsGenericMethod) return "it is generic, and the types must be known by its name";
        foreach (var parameter in method.Parameters)
        {
            if (parameter.RefKind != RefKind.None) return $"the parameter '{parameter.Name}' is passed by reference";
            if (parameter.Type.IsRefLikeType || parameter.Type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer
                || KnownTypes.Same(parameter.Type, known.CancellationToken))
                return $"the parameter '{parameter.Name}' is of a type that no message can carry";
        }

        if (handler.CatchesAll && !IsCatchAll(method))
            return "what takes all signals has the parameters (string name, IReadOnlyList<Payload> arguments)";
        if (method.IsAsync && method.ReturnsVoid) return "it is async void, so nobody learns when it ends; return Task";
        return ProblemOfResult(handler.Kind, method);
    }

    private string? ProblemOfResult(HandlerKind kind, IMethodSymbol method) => kind switch
    {
        HandlerKind.Signal when !method.ReturnsVoid && !KnownTypes.Same(method.ReturnType, known.Task) =>
            "it returns neither nothing nor a Task",
        HandlerKind.Query when method.ReturnsVoid => "it returns nothing",
        HandlerKind.Query when known.IsTask(method.ReturnType) || IsValueTask(method.ReturnType) =>
            "it returns a task, and a query is answered at once",
        HandlerKind.Update when IsValueTask(method.ReturnType) => "it returns a ValueTask; return a Task",
        HandlerKind.Validator when !method.ReturnsVoid => "it returns something; it throws to reject an update",
        _ => null,
    };

    private static bool IsCatchAll(IMethodSymbol method) =>
        method.Parameters.Length == 2 && method.Parameters[0].Type.SpecialType == SpecialType.System_String
        && method.Parameters[1].Type is INamedTypeSymbol { Name: "IReadOnlyList" } list
        && list.TypeArguments.Length == 1 && list.TypeArguments[0].Name == "Payload";

    private static bool IsValueTask(ITypeSymbol type) =>
        type is { Name: "ValueTask", ContainingNamespace: { Name: "Tasks", ContainingNamespace.Name: "Threading" } };

    private static bool SameParameters(IMethodSymbol one, IMethodSymbol other) =>
        one.Parameters.Select(static p => p.Type).SequenceEqual(other.Parameters.Select(static p => p.Type),
            SymbolEqualityComparer.Default);

    private static bool IsBefore(Location one, Location other)
    {
        var byFile = string.CompareOrdinal(one.SourceTree?.FilePath, other.SourceTree?.FilePath);
        return byFile < 0 || (byFile == 0 && one.SourceSpan.Start < other.SourceSpan.Start);
    }

    private static string Shown(IParameterSymbol parameter) =>
        parameter.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    private static string Shown(Handler handler) =>
        handler.Kind == HandlerKind.Validator ? $"the update '{handler.Name}'"
        : handler.CatchesAll ? "signals" : $"the {Kind(handler)} '{handler.Name}'";

    private static string Kind(Handler handler) => handler.Kind switch
    {
        HandlerKind.Signal => "signal",
        HandlerKind.Query => "query",
        HandlerKind.Update => "update",
        _ => "validator",
    };

    private void Report(DiagnosticDescriptor rule, Location place, params object[] arguments) =>
        report(Diagnostic.Create(rule, place, arguments));
}
