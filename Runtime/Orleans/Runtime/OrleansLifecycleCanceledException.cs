namespace Orleans.Runtime;

/// <summary>Starting was given up because the host was told to stop.</summary>
[GenerateSerializer]
public sealed class OrleansLifecycleCanceledException : OrleansException
{
    internal OrleansLifecycleCanceledException(string message)
        : base(message)
    {
    }
}
