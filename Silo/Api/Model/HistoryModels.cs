using System.ComponentModel;
using System.Text.Json;

namespace Orchestration.Silo.Api.Model;

/// <summary>A page of a run's history.</summary>
internal sealed record HistoryModel
{
    [Description("The events, oldest first.")]
    public required IReadOnlyList<HistoryEventModel> Events { get; init; }

    [Description("To be given as 'from' for the next page; null where this one reaches the end as committed now.")]
    public long? Next { get; init; }
}

/// <summary>One event of a history.</summary>
internal sealed record HistoryEventModel
{
    [Description("Its number, from 1.")]
    public required long Sequence { get; init; }

    [Description("Its name, such as activity-scheduled.")]
    public required string Type { get; init; }

    [Description("Its time.")]
    public required DateTimeOffset Time { get; init; }

    [Description("The whole event as stored; see docs/history-format.md.")]
    public required JsonElement Event { get; init; }
}
