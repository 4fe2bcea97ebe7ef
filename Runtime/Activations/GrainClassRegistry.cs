using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Orchestration.Runtime.References;
using Orleans.Runtime;

namespace Orchestration.Runtime.Activations;

/// <summary>
/// The grain classes of this silo: those of all assemblies that the program consists of. An assembly loaded later is looked at
/// when a class is missed. Thread-safe.
/// </summary>
internal sealed class GrainClassRegistry : IGrainTypeResolver
{
    private readonly Lock _gate = new();
    private readonly HashSet<System.Reflection.Assembly> _seen = [];
    private FrozenDictionary<GrainType, GrainClass> _classes = FrozenDictionary<GrainType, GrainClass>.Empty;
    private GrainManifest _manifest = new([]);

    /// <summary>The classes and their interfaces, as clients are told.</summary>
    public GrainManifest Manifest
    {
        get
        {
            EnsureScanned();
            return _manifest;
        }
    }

    public bool TryGet(GrainType type, [NotNullWhen(true)] out GrainClass? grainClass) =>
        _classes.TryGetValue(type, out grainClass) || (Scan() && _classes.TryGetValue(type, out grainClass));

    public GrainType Resolve(InterfaceDescriptor descriptor, string? classNamePrefix)
    {
        EnsureScanned();
        try
        {
            return _manifest.Resolve(descriptor, classNamePrefix);
        }
        catch (ArgumentException) when (Scan())
        {
            return _manifest.Resolve(descriptor, classNamePrefix);
        }
    }

    private void EnsureScanned()
    {
        if (_classes.Count == 0) Scan();
    }

    // True when something new was found.
    private bool Scan()
    {
        lock (_gate)
        {
            var found = GrainAssemblies.Find().Where(_seen.Add)
                .SelectMany(GrainAssemblies.TypesOf)
                .Where(GrainClass.IsGrainClass)
                .Select(static type => new GrainClass(type))
                .ToArray();
            if (found.Length == 0) return false;
            var all = _classes.Values.Concat(found).ToArray();
            foreach (var same in all.GroupBy(static found => found.GrainType).Where(static group => group.Skip(1).Any()))
            {
                var types = string.Join(", ", same.Select(static grainClass => grainClass.Type));
                throw new OrleansConfigurationException(
                    $"Grain classes share the grain type '{same.Key}': {types}. Set one by a GrainType attribute.");
            }

            _classes = all.ToFrozenDictionary(static grainClass => grainClass.GrainType);
            _manifest = new GrainManifest([.. all.Select(static grainClass => grainClass.Describe())]);
            return true;
        }
    }
}
