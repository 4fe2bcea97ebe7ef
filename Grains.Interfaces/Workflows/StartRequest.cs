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
}
