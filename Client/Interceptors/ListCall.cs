namespace Orchestration.Client;

/// <summary>A listing of runs, as interceptors see it.</summary>
public sealed record ListCall
{
    /// <summary>The namespace whose runs are listed.</summary>
    public required string Namespace { get; init; }

    /// <summary>Which runs; checked where the listing is made.</summary>
    public required WorkflowFilter Filter { get; init; }

    /// <summary>The caller's token.</summary>
    public CancellationToken CancellationToken { get; init; }
}
