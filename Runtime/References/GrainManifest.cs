using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Metadata;
using Orleans.Runtime;

namespace Orchestration.Runtime.References;

/// <summary>The grain classes of the cluster: what a silo hosts and a client learns when it connects. Immutable.</summary>
internal sealed class GrainManifest(IReadOnlyList<GrainManifestEntry> entries) : IGrainTypeResolver
{
    private readonly ConcurrentDictionary<(InterfaceDescriptor Interface, string? Prefix), GrainType> _resolved = new();

    public IReadOnlyList<GrainManifestEntry> Entries { get; } = entries;

    /// <inheritdoc/>
    public GrainType Resolve(InterfaceDescriptor descriptor, string? classNamePrefix) =>
        _resolved.TryGetValue((descriptor, classNamePrefix), out var known)
            ? known
            : _resolved.GetOrAdd((descriptor, classNamePrefix), Find(descriptor, classNamePrefix));

    private GrainType Find(InterfaceDescriptor descriptor, string? prefix)
    {
        var fitting = Entries
            .Where(entry => entry.Interfaces.Contains(descriptor.Name, StringComparer.Ordinal))
            .Where(entry => prefix is null || entry.ClassName.StartsWith(prefix, StringComparison.Ordinal))
            .ToArray();
        if (fitting is [var only]) return GrainType.Create(only.GrainType);
        if (descriptor.Type.GetCustomAttribute<DefaultGrainTypeAttribute>() is { } byDefault
            && fitting.Any(entry => entry.GrainType == byDefault.GrainType))
        {
            return GrainType.Create(byDefault.GrainType);
        }

        // IFoo means Foo where several classes implement it, as long as that settles it.
        var conventional = descriptor.Type.Name is ['I', .. var name] ? name : descriptor.Type.Name;
        if (fitting.Where(entry => SimpleName(entry.ClassName) == conventional).ToArray() is [var byName])
            return GrainType.Create(byName.GrainType);
        var names = string.Join(", ", fitting.Select(static entry => entry.ClassName));
        throw new ArgumentException(fitting.Length == 0
            ? $"No grain class of the cluster implements {descriptor.Type}."
            : $"Several grain classes implement {descriptor.Type}: {names}. "
              + "Give a class name prefix or mark the interface with a default grain type.");
    }

    private static string SimpleName(string className) => className[(className.LastIndexOfAny(['.', '+']) + 1)..];
}
