using Orchestration.Grains.Hosting;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Idle;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Watch;

/// <summary>
/// Which runs take their silo down. A run that is found as a crash left it is a suspect until it makes progress: before its code
/// runs (a replay, a turn) the store counts it, and once the code has come to rest the count is taken back with what the turn
/// writes anyway. So what stays counted is how often a silo died in the midst of this run's code, and a run that merely waited in
/// a silo that was killed is never blamed. Those with a count go late and one at a time, since a death blames all whose code ran.
/// Without a state of its own: it is in the store.
/// </summary>
internal sealed class SuspectRuns(
    RunReader reader, RunWriter writer, SuspectGate gate, RunSettings settings, OrchestrationOptions options)
{
    /// <summary>Brings a run to memory that the store has; without its code where that is held to take silos down.</summary>
    /// <param name="record">The run.</param>
    /// <param name="afterCrash">Whether it may have been in memory when its silo died.</param>
    /// <param name="takePage">The first page of its history, where it was read a moment ago.</param>
    /// <param name="tenure">The activation's time.</param>
    /// <returns>Null where the run is gone, or somebody else writes it.</returns>
    public async Task<OpenRun?> ReplayAsync(RunRecord record, bool afterCrash, Func<HistoryPage?> takePage, Tenure tenure)
    {
        if (RunSummaries.StallOf(record.Summary) is { Build: { } build } held
            && build == settings.Workflows.BuildOf(record.WorkflowType))
        {
            // Its code did not come to rest, and is still the same: it can be seen and ended, and is not run.
            var kept = await reader.LoadAsync(record, withCode: false);
            kept?.Run.ForceStall(held);
            return kept;
        }

        if (record.Wakes >= options.MaximumWakes)
        {
            // What was read some time ago may have been while the code ran, and the code has come to rest since.
            if (await reader.FindAsync(record.Key.Key, record.Key.RunId) is not { } now) return null;
            record = now;
        }

        if (record.Wakes >= options.MaximumWakes)
        {
            var set = await reader.LoadAsync(record, withCode: false);
            set?.Run.ForceStall(Poison(record.Wakes));
            return set;
        }

        var isSuspect = afterCrash || record.Wakes > 0 || record.Summary.State == RunState.Runnable;
        if (!isSuspect) return await reader.LoadAsync(record, first: takePage());
        using var alone = await EnterAloneAsync(record.Wakes, tenure);
        if (!await writer.CountWakeAsync(record, tenure.Stop)) return null;
        var open = await reader.LoadAsync(record, first: takePage());
        open?.Suspect(record.Wakes);

        // One that goes alone leaves the way to the next one before it asks hosts; others come to rest with their first turn.
        if (open is null || alone is null) return open;
        if (open.Run.IsClosed) return open;
        return await writer.WriteSummaryAsync(open, RunSummaries.Of(open.Run), tenure.Stop) ? open : null;
    }

    /// <summary>Waits until no other suspect's code runs, where a silo died in this one's before.</summary>
    /// <returns>What lets the next one in; null where it goes beside them.</returns>
    public Task<IDisposable?> EnterAloneAsync(int wakes, Tenure tenure) => wakes == 0
        ? Task.FromResult<IDisposable?>(null)
        : tenure.WaitAsync<IDisposable?>(stop => gate.EnterAsync(wakes, stop)!);

    /// <summary>The silo has survived the run's code, whatever else is to be said of it.</summary>
    public async Task TakeBackCountAsync(OpenRun open, Tenure tenure)
    {
        if (open.IsCounted) await writer.WriteSummaryAsync(open, open.Summary!, tenure.Stop);
    }

    /// <summary>Why a run's code is not run any more.</summary>
    public static Stall Poison(int wakes) => new(
        FaultCodes.PoisonRun,
        $"{wakes} times a silo died while this run's code ran, with no progress in between, so the code is not run any more. "
        + "Mend the code and start once with a higher MaximumWakes, or terminate the run.");
}
