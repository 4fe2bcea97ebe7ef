using Microsoft.Extensions.DependencyInjection;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;
using Orchestration.Testing;

namespace Orchestration.Scenarios.Tests.Support;

/// <summary>Replays the histories that a run left: each whole, and each cut after every event.</summary>
internal static class ReplayCheck
{
    private const int MostCuts = 300;

    // Where a history is long, cuts are fewer: together they replay about half so many events.
    private const int MostEvents = 300_000;

    public static async Task AllAsync(WorkflowTestEnvironment environment)
    {
        var settings = environment.Services.GetRequiredService<RunSettings>();
        await foreach (var (record, events) in Histories.OfAsync(environment))
        {
            var step = Math.Max(1, events.Count / Math.Min(MostCuts, MostEvents / events.Count));
            for (var cut = 1; cut <= events.Count; cut += step) Check(settings, record.Key.ToString(), events, cut);
            CheckWhole(settings, record, events);
        }
    }

    /// <summary>Replays each history whole only: what a crash left and what followed it.</summary>
    public static async Task WholeAsync(WorkflowTestEnvironment environment)
    {
        await environment.IdleAsync(pastRunningActivities: true); // a silo that crashed at the last append is on its way up
        var settings = environment.Services.GetRequiredService<RunSettings>();
        await foreach (var (record, events) in Histories.OfAsync(environment)) CheckWhole(settings, record, events);
    }

    private static void CheckWhole(RunSettings settings, RunRecord record, List<HistoryEvent> events)
    {
        Check(settings, record.Key.ToString(), events, events.Count);
        var ended = record.Summary.ClosedAt is not null;
        if (WorkflowRun.Replay(settings, events).IsClosed != ended)
            throw new ScenarioFailed($"Replayed from its history, {record.Key} is not {record.Summary.Status}.", null);
    }

    private static void Check(RunSettings settings, string key, List<HistoryEvent> events, int cut)
    {
        var run = WorkflowRun.Replay(settings, events.Take(cut));
        if (run.Misfit is { } stall)
        {
            throw new ScenarioFailed(
                $"Replayed from its first {cut} of {events.Count} events, {key} stalls: {stall.Message} "
                + $"Expected: {stall.Expected}; actual: {stall.Actual}.", null);
        }

        if (run.HistoryLength != cut)
            throw new ScenarioFailed($"Replayed from its first {cut} events, {key} has {run.HistoryLength}.", null);
    }
}
