using System.Text.Json;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Runs;

/// <summary>What a run's state comes to in the store's summary, and when that has to be written.</summary>
internal static class RunSummaries
{
    private static readonly RunSummary Runnable = new(WorkflowStatus.Running, RunState.Runnable, null);

    /// <summary>The summary of a run as it stands.</summary>
    public static RunSummary Of(WorkflowRun run)
    {
        if (run.IsClosed)
        {
            return new RunSummary(run.Status, run.Owes ? RunState.Runnable : RunState.Closed, null, run.ClosingEvent!.At);
        }

        if (run.Stall is { } stall)
            return new RunSummary(WorkflowStatus.Stalled, RunState.Stalled, run.NextWakeAt, null, JsonSerializer.Serialize(stall,
                StallJson.Default.Stall));

        // A runnable run is woken at once after a crash, so its next timer need not be durable while it is in memory.
        return run.IsRunnable ? Runnable : new RunSummary(WorkflowStatus.Running, RunState.Parked, run.NextWakeAt);
    }

    /// <summary>The stall that a summary tells of; null where it tells of none.</summary>
    public static Stall? StallOf(RunSummary summary) => summary.State == RunState.Stalled ? DetailOf(summary) : null;

    /// <summary>
    /// Why the code of some silos does not fit the run, be it stalled or on its way to a silo whose code may; null where nothing
    /// is known of that.
    /// </summary>
    public static Stall? DetailOf(RunSummary? summary) => DetailOf(summary?.Detail);

    /// <inheritdoc cref="DetailOf(RunSummary?)"/>
    public static Stall? DetailOf(string? detail) =>
        detail is not null ? JsonSerializer.Deserialize(detail, StallJson.Default.Stall) : null;
}
