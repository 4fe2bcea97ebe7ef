using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Workflows;

/// <summary>Asks for a run.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.start-request")]
public sealed record StartRequest
{
    /// <summary>Who asks, and the request's number.</summary>
    [Id(0)] public required ClientRequest Request { get; init; }

    /// <summary>The workflow type's name.</summary>
    [Id(1)] public required string WorkflowType { get; init; }

    /// <summary>The input.</summary>
    [Id(2)] public required Payload Input { get; init; }

    /// <summary>W3C trace parent, under which the run's spans hang.</summary>
    [Id(3)] public string? TraceParent { get; init; }

    /// <summary>
    /// How long the call may wait for the run's end before it answers; zero answers once the start is durable. At most 20 s.
    /// </summary>
    [Id(4)] public TimeSpan Wait { get; init; }

    /// <summary>Whether the id may be started again after its run has ended.</summary>
    [Id(5)] public WorkflowIdReusePolicy IdReuse { get; init; }

    /// <summary>What becomes of the start where an open run holds the id.</summary>
    [Id(6)] public WorkflowIdConflictPolicy IdConflict { get; init; }

    /// <summary>The version of the workflow's code; null is the highest that is hosted.</summary>
    [Id(7)] public int? Version { get; init; }

    /// <summary>How long the run may take, from its first turn on; null: for ever.</summary>
    [Id(8)] public TimeSpan? RunTimeout { get; init; }

    /// <summary>How long the run and those that continue it may take in all; null: for ever.</summary>
    [Id(9)] public TimeSpan? ExecutionTimeout { get; init; }

    /// <summary>How long the first turn waits.</summary>
    [Id(10)] public TimeSpan StartDelay { get; init; }

    /// <summary>What the caller sends along with the run; null for nothing.</summary>
    [Id(11)] public Dictionary<string, string>? Headers { get; init; }

    /// <summary>Whether the same request was sent before, and what became of it is unknown.</summary>
    [Id(12)] public bool IsRepeat { get; init; }
}
