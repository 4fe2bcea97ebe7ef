using System.ComponentModel;

namespace Orchestration.Silo.Telemetry;

/// <summary>What the cluster has done and is doing.</summary>
internal sealed record ClusterMetricsModel
{
    [Description("When this was read.")]
    public required DateTimeOffset At { get; init; }

    [Description("The silos, by address.")]
    public required IReadOnlyList<SiloMetricsModel> Silos { get; init; }

    [Description("By workflow type, since the silos began.")]
    public required IReadOnlyList<TypeMetricsModel> Workflows { get; init; }

    [Description("By activity type, attempts, since the silos began.")]
    public required IReadOnlyList<TypeMetricsModel> Activities { get; init; }

    [Description("The last ten minutes of all silos, oldest first.")]
    public required IReadOnlyList<MetricsSampleModel> Series { get; init; }

    [Description("How many seconds an item of the series stands for.")]
    public required double SeriesSeconds { get; init; }
}

/// <summary>What one silo is doing.</summary>
internal sealed record SiloMetricsModel
{
    [Description("Its address, with its generation.")]
    public required string Silo { get; init; }

    [Description("Its name.")]
    public required string Name { get; init; }

    [Description("Its status as a member.")]
    public required string Status { get; init; }

    [Description("Whether it has answered; if not, the figures are zero.")]
    public required bool HasAnswered { get; init; }

    [Description("The version of its program.")]
    public string? Version { get; init; }

    [Description("When its process began.")]
    public DateTimeOffset? StartedAt { get; init; }

    [Description("The processor time that it has taken; the difference of two readings is its load.")]
    public double CpuSeconds { get; init; }

    [Description("The memory that it takes.")]
    public long MemoryBytes { get; init; }

    [Description("Open workflows in its memory.")]
    public long WorkflowsInMemory { get; init; }

    [Description("Attempts that run.")]
    public long RunningActivities { get; init; }

    [Description("Attempts that wait for their turn.")]
    public long WaitingActivities { get; init; }

    [Description("Starts that wait for their commit.")]
    public long PendingStarts { get; init; }

    [Description("Activations of any kind.")]
    public long Activations { get; init; }
}

/// <summary>What was done of one type.</summary>
internal sealed record TypeMetricsModel
{
    [Description("The type.")]
    public required string Type { get; init; }

    [Description("How many began (of workflows).")]
    public required long Started { get; init; }

    [Description("How many ended.")]
    public required long Ended { get; init; }

    [Description("How many of them not well.")]
    public required long Failed { get; init; }

    [Description("How they ended.")]
    public required IReadOnlyDictionary<string, long> Outcomes { get; init; }

    [Description("How many attempts run now (of activities).")]
    public long? Running { get; init; }

    [Description("How many attempts wait now for a slot or a worker (of activities).")]
    public long? Waiting { get; init; }

    [Description("How long they took on average.")]
    public double? AverageSeconds { get; init; }

    [Description("How long half of them took at most.")]
    public double? P50Seconds { get; init; }

    [Description("How long 95 of 100 took at most.")]
    public double? P95Seconds { get; init; }

    [Description("How long 99 of 100 took at most.")]
    public double? P99Seconds { get; init; }
}

/// <summary>What was done within one period.</summary>
internal sealed record MetricsSampleModel
{
    [Description("The end of the period.")]
    public required DateTimeOffset At { get; init; }

    [Description("Runs started.")]
    public required long Started { get; init; }

    [Description("Runs ended.")]
    public required long Closed { get; init; }

    [Description("Runs that ended otherwise than completed or continued.")]
    public required long Failed { get; init; }

    [Description("Attempts ended.")]
    public required long Activities { get; init; }

    [Description("Attempts that failed.")]
    public required long ActivityFailures { get; init; }
}
