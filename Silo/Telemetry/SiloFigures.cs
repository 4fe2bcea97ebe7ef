using Orleans;

namespace Orchestration.Silo.Telemetry;

/// <summary>What one silo has done and is doing, as it crosses to the silo that was asked.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.silo-figures")]
public sealed record SiloFigures
{
    /// <summary>The silo.</summary>
    [Id(0)] public required string Silo { get; init; }

    /// <summary>When this was read, by the silo's clock.</summary>
    [Id(1)] public DateTimeOffset At { get; init; }

    /// <summary>When the process began.</summary>
    [Id(2)] public DateTimeOffset StartedAt { get; init; }

    /// <summary>The version of its program.</summary>
    [Id(3)] public string Version { get; init; } = "";

    /// <summary>The processor time that the process has taken, in seconds.</summary>
    [Id(4)] public double CpuSeconds { get; init; }

    /// <summary>The memory that it takes, in bytes.</summary>
    [Id(5)] public long MemoryBytes { get; init; }

    /// <summary>Open workflows in its memory.</summary>
    [Id(6)] public long WorkflowsInMemory { get; init; }

    /// <summary>Attempts that run.</summary>
    [Id(7)] public long RunningActivities { get; init; }

    /// <summary>Attempts that wait for their turn.</summary>
    [Id(8)] public long WaitingActivities { get; init; }

    /// <summary>Starts that wait for their commit.</summary>
    [Id(9)] public long PendingStarts { get; init; }

    /// <summary>Activations of any kind.</summary>
    [Id(10)] public long Activations { get; init; }

    /// <summary>By workflow type, since the process began.</summary>
    [Id(11)] public TypeFigures[] Workflows { get; init; } = [];

    /// <summary>By activity type, since the process began.</summary>
    [Id(12)] public TypeFigures[] Activities { get; init; } = [];

    /// <summary>The last minutes, oldest first.</summary>
    [Id(13)] public FigureSample[] Samples { get; init; } = [];
}

/// <summary>What was done of one type.</summary>
/// <param name="Type">The type.</param>
/// <param name="Started">How many began (of workflows).</param>
/// <param name="Outcomes">How they ended.</param>
/// <param name="Seconds">How long they took in all.</param>
/// <param name="Buckets">How many took how long, by the bounds of durations.</param>
[GenerateSerializer, Immutable, Alias("orchestration.type-figures")]
public sealed record TypeFigures(
    [property: Id(0)] string Type,
    [property: Id(1)] long Started,
    [property: Id(2)] OutcomeCount[] Outcomes,
    [property: Id(3)] double Seconds,
    [property: Id(4)] long[] Buckets)
{
    /// <summary>How many attempts run now (of activities).</summary>
    [Id(5)] public long Running { get; init; }

    /// <summary>How many attempts wait now for a slot or a worker (of activities).</summary>
    [Id(6)] public long Waiting { get; init; }
}

/// <summary>How many ended so.</summary>
/// <param name="Outcome">How.</param>
/// <param name="Count">How many.</param>
[GenerateSerializer, Immutable, Alias("orchestration.outcome-count")]
public readonly record struct OutcomeCount([property: Id(0)] string Outcome, [property: Id(1)] long Count);

/// <summary>What was done within one period of 5 seconds.</summary>
/// <param name="At">The end of the period, in Unix seconds.</param>
/// <param name="Started">Runs started.</param>
/// <param name="Closed">Runs ended.</param>
/// <param name="Failed">Runs that ended otherwise than completed or continued.</param>
/// <param name="Activities">Attempts ended.</param>
/// <param name="ActivityFailures">Attempts that failed.</param>
[GenerateSerializer, Immutable, Alias("orchestration.figure-sample")]
public readonly record struct FigureSample(
    [property: Id(0)] long At,
    [property: Id(1)] long Started,
    [property: Id(2)] long Closed,
    [property: Id(3)] long Failed,
    [property: Id(4)] long Activities,
    [property: Id(5)] long ActivityFailures);
