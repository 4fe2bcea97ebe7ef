using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

/// <summary>The workflow types that a silo hosts, by name and version. Immutable.</summary>
public sealed class WorkflowCatalog
{
    private readonly FrozenDictionary<string, WorkflowDefinition[]> _definitions;
    private string? _build;

    /// <summary>
    /// Registers workflow classes under their <see cref="WorkflowAttribute"/> names and versions, or class names where they have
    /// none.
    /// </summary>
    /// <exception cref="InvalidRequest">A class is no workflow, cannot be made, or two share name and version.</exception>
    public WorkflowCatalog(IEnumerable<Type> workflowTypes)
    {
        var found = new Dictionary<(string, int), WorkflowDefinition>();
        foreach (var type in workflowTypes.Distinct())
        {
            var definition = WorkflowDefinition.Of(type);
            if (found.TryGetValue((definition.Name, definition.Version), out var other))
                throw new InvalidRequest(
                    $"Two workflows are named '{definition.Name}' with version {definition.Version}: {other.Class} and {type}. "
                    + "Give one a [Workflow] name or a version of its own.");
            found.Add((definition.Name, definition.Version), definition);
        }

        _definitions = found.Values
            .GroupBy(static d => d.Name, StringComparer.Ordinal)
            .ToFrozenDictionary(
                static g => g.Key, static g => g.OrderByDescending(static d => d.Version).ToArray(), StringComparer.Ordinal);
    }

    /// <summary>The hosted types' names, in order.</summary>
    public IEnumerable<string> Names => _definitions.Keys.Order(StringComparer.Ordinal);

    /// <summary>The hosted types as an error shows them: by name, with their versions where there is more than one.</summary>
    public string Hosted => string.Join(", ", Names.Select(Describe)) is { Length: > 0 } all ? all : "none";

    /// <summary>Finds the highest version of a hosted type: the one that new runs take.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out WorkflowDefinition? definition)
    {
        definition = _definitions.GetValueOrDefault(name)?[0];
        return definition is not null;
    }

    /// <summary>Finds a version of a hosted type; null is the highest one.</summary>
    public bool TryGet(string name, int? version, [NotNullWhen(true)] out WorkflowDefinition? definition)
    {
        definition = null;
        if (!_definitions.TryGetValue(name, out var versions)) return false;
        definition = version is null ? versions[0] : Array.Find(versions, d => d.Version == version);
        return definition is not null;
    }

    /// <summary>The versions of a type that are hosted, rising; none where it is not.</summary>
    public IReadOnlyList<int> VersionsOf(string name) =>
        _definitions.TryGetValue(name, out var versions) ? [.. versions.Select(static d => d.Version).Order()] : [];

    /// <summary>The build of a type's code, of all hosted versions: another one after each change of their assemblies.</summary>
    public string BuildOf(string name) => !_definitions.TryGetValue(name, out var versions) ? ""
        : string.Join(' ', versions.Select(static d => d.Class.Module.ModuleVersionId.ToString("N")).Distinct());

    /// <summary>
    /// Names all the hosted code together: another one after each change of its assemblies, and where other classes are hosted.
    /// </summary>
    public string Build => _build ??= Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(
        '\n', Names.SelectMany(name => _definitions[name]).Select(static d =>
            $"{d.Name} {d.Version} {d.Class.FullName} {d.Class.Module.ModuleVersionId:N}"))))[..8]);

    /// <summary>The public, concrete workflow classes of an assembly.</summary>
    public static IEnumerable<Type> FindIn(Assembly assembly) =>
        assembly.GetExportedTypes().Where(static t =>
            t is { IsAbstract: false, ContainsGenericParameters: false } && t.IsSubclassOf(typeof(Workflow)));

    /// <summary>A type as an error shows it: with its versions, rising, where there is more than the first.</summary>
    public static string Describe(string name, IReadOnlyList<int> versions) => versions switch
    {
        [1] => name,
        [var only] => $"{name} (version {only})",
        var several => $"{name} (versions {string.Join(", ", several)})",
    };

    private string Describe(string name) => Describe(name, VersionsOf(name));
}
