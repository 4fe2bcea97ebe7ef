using Orleans.Runtime;

namespace Orleans;

/// <summary>
/// Fixes the type name of a grain class, which is part of every id stored or sent; without it the lower-case class name less a
/// trailing "grain" is used.
/// </summary>
/// <param name="grainType">The name, without a slash.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class GrainTypeAttribute(string grainType) : Attribute
{
    private readonly GrainType _grainType = GrainType.Create(grainType);

    /// <summary>The type name for the class that bears the attribute.</summary>
    public GrainType GetGrainType(IServiceProvider services, Type type) => _grainType;
}
