namespace Orleans;

/// <summary>Marks a type whose members numbered by <see cref="IdAttribute"/> may cross a grain call.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
public sealed class GenerateSerializerAttribute : Attribute
{
    /// <summary>
    /// Whether parameters of the primary constructor are serialised with implied numbers; true for records unless set.
    /// </summary>
    public bool IncludePrimaryConstructorParameters { get; init; }
}
