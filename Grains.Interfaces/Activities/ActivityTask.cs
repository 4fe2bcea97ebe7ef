using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Activities;

/// <summary>An attempt to be run.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.activity-task")]
public sealed record ActivityTask
{
    /// <summary>Which attempt.</summary>
    [Id(0)] public required AttemptId Id { get; init; }

    /// <summary>The activity's name.</summary>
    [Id(1)] public required string ActivityType { get; init; }

    /// <summary>Its arguments, in order.</summary>
    [Id(2)] public required Payload[] Arguments { get; init; }

    /// <summary>How long the attempt may run, from its start.</summary>
    [Id(3)] public TimeSpan? StartToClose { get; init; }

    /// <summary>How long it may go without a heartbeat.</summary>
    [Id(4)] public TimeSpan? Heartbeat { get; init; }

    /// <summary>Whether the run wants to hear of the attempt's start (it has a schedule-to-start timeout).</summary>
    [Id(5)] public bool ReportStart { get; init; }

    /// <summary>The store's handle of the run, for heartbeat details.</summary>
    [Id(6)] public long StoreHandle { get; init; }

    /// <summary>W3C trace parent of the attempt's span.</summary>
    [Id(7)] public string? TraceParent { get; init; }

    /// <summary>
    /// How long the run's history was once the dispatch was decided: rises from one dispatch of an attempt to the next, and tells
    /// a dispatch that was refused by an inquiry from one that was decided after it.
    /// </summary>
    [Id(8)] public long Fence { get; init; }

    /// <summary>Whether it is a local call, of a run on this very silo.</summary>
    [Id(9)] public bool IsLocal { get; init; }

    /// <summary>The first attempt whose heartbeat details count; 0 for all.</summary>
    [Id(10)] public int DetailsFrom { get; init; }

    /// <summary>What the run's start was sent with, and what the call adds to it; null for nothing.</summary>
    [Id(11)] public Dictionary<string, string>? Headers { get; init; }

    /// <summary>What spans need of <see cref="TraceParent"/>, where the run is on this very silo and somebody traces; not
    /// sent.</summary>
    [field: NonSerialized]
    internal AttemptTrace? Trace { get; init; }
}
