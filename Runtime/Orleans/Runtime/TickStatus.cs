namespace Orleans.Runtime;

/// <summary>The timing of a reminder's tick, in UTC.</summary>
[GenerateSerializer, Immutable]
public readonly struct TickStatus
{
    /// <summary>A tick at <paramref name="timeStamp"/> of a reminder that started at <paramref name="firstTickTime"/>.</summary>
    public TickStatus(DateTime firstTickTime, TimeSpan period, DateTime timeStamp)
    {
        FirstTickTime = firstTickTime;
        Period = period;
        CurrentTickTime = timeStamp;
    }

    /// <summary>When the reminder was due first.</summary>
    [Id(0)]
    public DateTime FirstTickTime { get; }

    /// <summary>Its period.</summary>
    [Id(1)]
    public TimeSpan Period { get; }

    /// <summary>When this tick was sent. A tick that was missed is not made up for: the next due one follows.</summary>
    [Id(2)]
    public DateTime CurrentTickTime { get; }

    /// <summary>The timing on one line.</summary>
    public override string ToString() => $"<{FirstTickTime:O}, {Period}, {CurrentTickTime:O}>";
}
