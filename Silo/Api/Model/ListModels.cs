using System.ComponentModel;
using Orchestration.Grains.Interfaces.Visibility;
using Orchestration.Workflows;

namespace Orchestration.Silo.Api.Model;

/// <summary>A run as it is listed.</summary>
internal sealed record RunModel
{
    [Description("The workflow's id.")]
    public required string Id { get; init; }

    [Description("The run.")]
    public required string RunId { get; init; }

    [Description("The workflow type.")]
    public required string Type { get; init; }

    [Description("Where it stands.")]
    public required WorkflowStatus Status { get; init; }

    [Description("When it started.")]
    public required DateTimeOffset StartedAt { get; init; }

    [Description("When it ended; null while it is open.")]
    public DateTimeOffset? ClosedAt { get; init; }

    [Description("When it wakes next by itself, as last written; null where it waits for messages.")]
    public DateTimeOffset? NextWakeAt { get; init; }

    /// <summary>The model of a run.</summary>
    public static RunModel Of(RunListing run) => new()
    {
        Id = run.WorkflowId, RunId = run.RunId.ToString("N"), Type = run.WorkflowType, Status = run.Status,
        StartedAt = run.StartedAt, ClosedAt = run.ClosedAt, NextWakeAt = run.NextWakeAt,
    };
}

/// <summary>A page of runs.</summary>
internal sealed record RunsModel
{
    [Description("The runs, newest start first; of a list of ends, newest end first.")]
    public required IReadOnlyList<RunModel> Runs { get; init; }

    [Description("To be given as 'cursor' for the next page; null at the end.")]
    public string? NextCursor { get; init; }
}

/// <summary>How many runs there are.</summary>
internal sealed record CountsModel
{
    [Description("All that the filter lists.")]
    public required long Total { get; init; }

    [Description("By status.")]
    public required IReadOnlyDictionary<string, long> ByStatus { get; init; }

    [Description("By type and status; none is zero.")]
    public required IReadOnlyList<CountModel> Counts { get; init; }
}

/// <summary>How many runs of a type have a status.</summary>
internal sealed record CountModel
{
    [Description("The workflow type.")]
    public required string Type { get; init; }

    [Description("The status.")]
    public required WorkflowStatus Status { get; init; }

    [Description("How many.")]
    public required long Count { get; init; }
}
