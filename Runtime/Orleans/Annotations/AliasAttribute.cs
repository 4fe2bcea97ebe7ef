namespace Orleans;

/// <summary>
/// Names a type or a grain method on the wire and in stores, so that it can be renamed or moved in code without breaking either.
/// </summary>
/// <param name="alias">The name; unique among types, and among the methods of one interface.</param>
[AttributeUsage(
    AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Method
    | AttributeTargets.Interface,
    AllowMultiple = true)]
public sealed class AliasAttribute(string alias) : Attribute
{
    /// <summary>The name.</summary>
    public string Alias { get; } = alias;
}
