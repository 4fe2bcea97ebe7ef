using Orleans.Runtime;

namespace Orleans;

/// <summary>A row of the reminder table.</summary>
[GenerateSerializer]
public sealed class ReminderEntry
{
    /// <summary>The grain that is reminded.</summary>
    [Id(0)]
    public GrainId GrainId { get; set; }

    /// <summary>The reminder's name, unique for the grain.</summary>
    [Id(1)]
    public string ReminderName { get; set; } = "";

    /// <summary>When it is due first, UTC.</summary>
    [Id(2)]
    public DateTime StartAt { get; set; }

    /// <summary>Its period.</summary>
    [Id(3)]
    public TimeSpan Period { get; set; }

    /// <summary>The row's version, set by the table.</summary>
    [Id(4)]
    public string? ETag { get; set; }

    /// <summary>The row on one line.</summary>
    public override string ToString() => $"<{GrainId} {ReminderName} from {StartAt:O} every {Period}>";
}
