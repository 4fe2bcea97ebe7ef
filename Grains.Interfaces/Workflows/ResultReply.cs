using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Workflows;

/// <summary>How a run ended, or where to wait for its end.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.result-reply")]
public sealed record ResultReply
{
    /// <summary>Why there is no answer; null where there is.</summary>
    [Id(0)] public Fault? Fault { get; init; }

    /// <summary>The run.</summary>
    [Id(1)] public Guid RunId { get; init; }

    /// <summary>Where it stands; the result is final where this is neither Running nor Stalled.</summary>
    [Id(2)] public WorkflowStatus Status { get; init; }

    /// <summary>The result of a completed run.</summary>
    [Id(3)] public Payload? Result { get; init; }

    /// <summary>The failure of a run that ended otherwise.</summary>
    [Id(4)] public FailureInfo? Failure { get; init; }

    /// <summary>Of an open run: the key of the <see cref="Visibility.IResultHubGrain"/> to wait at.</summary>
    [Id(5)] public string? Hub { get; init; }

    /// <summary>Of a run that continued as new: the run to ask for the result.</summary>
    [Id(6)] public Guid? ContinuedTo { get; init; }

    /// <summary>Whether the run has ended.</summary>
    public bool IsFinal => Fault is null && Status is not (WorkflowStatus.Running or WorkflowStatus.Stalled);
}
