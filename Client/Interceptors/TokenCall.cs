using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>The completion or rejection of what a workflow waits for by a token, as interceptors see it.</summary>
public sealed record TokenCall
{
    /// <summary>The instance that waits.</summary>
    public required WorkflowKey Key { get; init; }

    /// <summary>The run that made the token.</summary>
    public required RunId RunId { get; init; }

    /// <summary>The token.</summary>
    public required string Token { get; init; }

    /// <summary>The encoded answer; null where it is a rejection.</summary>
    public Payload? Value { get; init; }

    /// <summary>Why it is rejected; null where it is an answer.</summary>
    public string? Rejection { get; init; }

    /// <summary>The caller's token.</summary>
    public CancellationToken CancellationToken { get; init; }
}
