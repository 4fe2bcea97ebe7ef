using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Orchestration.Analyzers;

/// <summary>The library's types as one compilation sees them.</summary>
internal sealed class KnownTypes
{
    /// <summary>The attribute that stops the rules on nondeterminism.</summary>
    public const string Allowance = "AllowNondeterminismAttribute";

    private const string Root = "Orchestration.Workflows.";

    private KnownTypes(Compilation compilation, INamedTypeSymbol workflow)
    {
        Workflow = workflow;
        WorkflowOfTwo = compilation.GetTypeByMetadataName(Root + "Workflow`2");
        Context = compilation.GetTypeByMetadataName(Root + "WorkflowContext");
        Task = compilation.GetTypeByMetadataName("System.Threading.Tasks.Task");
        TaskOfT = compilation.GetTypeByMetadataName("System.Threading.Tasks.Task`1");
        CancellationToken = compilation.GetTypeByMetadataName("System.Threading.CancellationToken");
    }

    public INamedTypeSymbol Workflow { get; }

    public INamedTypeSymbol? WorkflowOfTwo { get; }

    public INamedTypeSymbol? Context { get; }

    public INamedTypeSymbol? Task { get; }

    public INamedTypeSymbol? TaskOfT { get; }

    public INamedTypeSymbol? CancellationToken { get; }

    /// <summary>The types, or null where the compilation has no workflows because it does not see the library.</summary>
    public static KnownTypes? In(Compilation compilation) =>
        compilation.GetTypeByMetadataName(Root + "Workflow") is { } workflow
            && !Same(workflow.ContainingAssembly, compilation.Assembly)
            ? new KnownTypes(compilation, workflow) : null;

    public static bool Same(ISymbol? one, ISymbol? other) => SymbolEqualityComparer.Default.Equals(one, other);

    /// <summary>Whether it is an attribute of the library, whatever version of it is referenced.</summary>
    public static bool IsAttribute(AttributeData attribute, string name) =>
        attribute.AttributeClass is { } type && type.Name == name
        && type.ContainingNamespace is { Name: "Workflows", ContainingNamespace: { Name: "Orchestration" } parent }
        && parent.ContainingNamespace.IsGlobalNamespace;

    public static AttributeData? Attribute(ISymbol symbol, string name)
    {
        foreach (var attribute in symbol.GetAttributes())
            if (IsAttribute(attribute, name)) return attribute;
        return null;
    }

    /// <summary>Whether nondeterminism is allowed in it, in what it belongs to, or in the types around it.</summary>
    public static bool IsAllowed(ISymbol symbol)
    {
        for (var at = symbol; at is not null and not INamespaceSymbol; at = at.ContainingSymbol)
        {
            if (Attribute(at, Allowance) is not null) return true;
            if (at is IMethodSymbol { AssociatedSymbol: { } property }
                && Attribute(property, Allowance) is not null) return true;
        }

        return false;
    }

    public bool IsWorkflow(ITypeSymbol? type)
    {
        for (var at = type?.BaseType; at is not null; at = at.BaseType)
            if (Same(at, Workflow)) return true;
        return false;
    }

    public bool IsContext(ITypeSymbol? type) => type is not null && Same(type, Context);

    /// <summary>Whether it is Task or Task of T.</summary>
    public bool IsTask(ITypeSymbol? type) => Same(type, Task) || Same(type?.OriginalDefinition, TaskOfT);

    /// <summary>The two type arguments of Workflow: what it takes and what it gives; null for what is none.</summary>
    public ImmutableArray<ITypeSymbol>? DataOf(INamedTypeSymbol type)
    {
        for (var at = type.BaseType; at is not null; at = at.BaseType)
            if (Same(at.OriginalDefinition, WorkflowOfTwo)) return at.TypeArguments;
        return null;
    }

    /// <summary>Whether an interface can only be one of activities: nothing but methods that return tasks.</summary>
    public bool MayBeActivities(INamedTypeSymbol type) =>
        type.TypeKind == TypeKind.Interface
        && type.AllInterfaces.Add(type).SelectMany(static i => i.GetMembers()).All(MayBeActivity);

    private bool MayBeActivity(ISymbol member) => member is not IMethodSymbol { IsStatic: false } method
        ? member.IsStatic
        : method.MethodKind == MethodKind.Ordinary && !method.IsGenericMethod && IsTask(method.ReturnType)
            && method.Parameters.All(p => p.RefKind == RefKind.None && !IsContext(p.Type) && !Same(p.Type, Workflow)
                && p.Type.TypeKind != TypeKind.Delegate && !IsWorkflow(p.Type));
}
