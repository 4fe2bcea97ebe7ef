namespace Orchestration.Runtime.Serialization;

/// <summary>What one message may cost, so that neither a cyclic graph nor garbage can exhaust the stack or the memory.</summary>
internal sealed record WireLimits
{
    public static readonly WireLimits Default = new();

    /// <summary>How deep objects and sequences may nest, on write, read and copy. Cyclic graphs end here.</summary>
    public int MaxDepth { get; init; } = 100;

    /// <summary>The longest message in bytes.</summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>What reading a short message may allocate, in bytes.</summary>
    public long ReadBudgetFloor { get; init; } = 4 * 1024 * 1024;

    /// <summary>What reading any message may allocate, in bytes.</summary>
    public long ReadBudgetCeiling { get; init; } = 512 * 1024 * 1024;

    /// <summary>
    /// What a message of the given length may allocate when it is read, in bytes: many times its own size, since defaults are
    /// omitted, but never without bound.
    /// </summary>
    public long ReadBudget(int messageBytes) => Math.Min(ReadBudgetFloor + (messageBytes * 64L), ReadBudgetCeiling);
}
