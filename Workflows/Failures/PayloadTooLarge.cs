namespace Orchestration.Workflows;

/// <summary>A value is larger than the limit (2 MB unless configured). Nothing was written.</summary>
public sealed class PayloadTooLarge(string what, long size, long limit)
    : ApiFailure($"The {what} has {size:N0} bytes; the limit is {limit:N0}. "
        + "Keep large data in a store of your own and pass a reference.")
{
    /// <summary>The size in bytes.</summary>
    public long Size { get; } = size;

    /// <summary>The limit in bytes.</summary>
    public long Limit { get; } = limit;
}
