namespace Orleans.Metadata;

/// <summary>Names the grain class type that a reference to this interface means where several classes implement it.</summary>
[AttributeUsage(AttributeTargets.Interface, AllowMultiple = false)]
public sealed class DefaultGrainTypeAttribute : Attribute
{
    /// <summary>Means the class of the given grain type.</summary>
    public DefaultGrainTypeAttribute(string grainType) => GrainType = grainType;

    internal string GrainType { get; }
}
