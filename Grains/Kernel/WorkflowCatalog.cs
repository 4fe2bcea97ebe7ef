using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

/// <summary>The workflow types that a silo hosts, by name. Immutable.</summary>
public sealed class WorkflowCatalog
{
    private readonly FrozenDictionary<string, WorkflowDefinition> _definitions;

    /// <summary>
    /// Registers workflow classes under their <see cref="WorkflowAttribute"/> names, or class names where they have none.
    /// </summary>
    /// <exception cref="InvalidRequest">A class is no workflow, cannot be made, or two share a name.</exception>
    public WorkflowCatalog(IEnumerable<Type> workflowTypes)
    {
        var found = new Dictionary<string, WorkflowDefinition>(StringComparer.Ordinal);
        foreach (var type in workflowTypes.Distinct())
        {
            var definition = WorkflowDefinition.Of(type);
            if (found.TryGetValue(definition.Name, out var other))
                throw new InvalidRequest(
                    $"Two workflows are named '{definition.Name}': {other.Class} and {type}. Give one a [Workflow] name "
                    + "of its own.");
            found.Add(definition.Name, definition);
        }

        _definitions = found.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The hosted types' names, in order.</summary>
    public IEnumerable<string> Names => _definitions.Keys.Order(StringComparer.Ordinal);

    /// <summary>Finds a hosted type.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out WorkflowDefinition? definition) =>
        _definitions.TryGetValue(name, out definition);

    /// <summary>The public, concrete workflow classes of an assembly.</summary>
    public static IEnumerable<Type> FindIn(Assembly assembly) =>
        assembly.GetExportedTypes().Where(static t =>
            t is { IsAbstract: false, ContainsGenericParameters: false } && t.IsSubclassOf(typeof(Workflow)));
}
