namespace Orleans.Runtime;

/// <summary>
/// Fixes the wire name of a grain interface; without it the <see cref="AliasAttribute"/>, else the full type name, is used.
/// </summary>
/// <param name="value">The name.</param>
[AttributeUsage(AttributeTargets.Interface, AllowMultiple = false)]
public sealed class GrainInterfaceTypeAttribute(string value) : Attribute
{
    private readonly GrainInterfaceType _type = GrainInterfaceType.Create(value);

    /// <summary>The wire name of the interface that bears the attribute.</summary>
    public GrainInterfaceType GetGrainInterfaceType(IServiceProvider services, Type type) => _type;
}
