namespace Orchestration.Workflows;

/// <summary>A call of an activity by workflow code, as interceptors see it.</summary>
public sealed record ActivityCall
{
    /// <summary>The run's context.</summary>
    public required WorkflowContext Context { get; init; }

    /// <summary>The activity's name.</summary>
    public required string ActivityType { get; init; }

    /// <summary>Its encoded arguments, in order.</summary>
    public required IReadOnlyList<Payload> Arguments { get; init; }

    /// <summary>What the call sends along beyond the run's own headers; recorded with it.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }
}
