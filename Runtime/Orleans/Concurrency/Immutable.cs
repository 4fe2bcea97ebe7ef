namespace Orleans.Concurrency;

/// <summary>
/// Wraps an argument that neither side changes after the call, so that it is passed within a silo without copying.
/// </summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="value">The value.</param>
[GenerateSerializer, Immutable]
public readonly struct Immutable<T>(T value)
{
    /// <summary>The value; not to be changed.</summary>
    [Id(0)]
    public readonly T Value = value;
}
