using Orchestration.Grains.Kernel;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

// Which runs take their silo down. A run that is found as a crash left it is a suspect until it makes progress: before its code
// runs (a replay, a turn) the store counts it, and once the code has come to rest the count is taken back with what the turn
// writes anyway. So what stays counted is how often a silo died in the midst of this run's code, and a run that merely waited in
// a silo that was killed is never blamed. Those with a count go late and one at a time,
// since a death blames all whose code ran.
internal sealed partial class WorkflowInstance
{
    private bool _isToBeWoken; // its waker has gone, and it has not been woken yet

    private async Task<OpenRun?> ReplayAsync(RunRecord record, bool afterCrash)
    {
        if (RunSummaries.StallOf(record.Summary) is { Build: { } build } held
            && build == _services.Settings.Workflows.BuildOf(record.WorkflowType))
        {
            // Its code did not come to rest, and is still the same: it can be seen and ended, and is not run.
            var kept = await _services.Reader.LoadAsync(record, withCode: false);
            kept?.Run.ForceStall(held);
            return kept;
        }

        if (record.Wakes >= _services.Options.MaximumWakes)
        {
            // What was read some time ago may have been while the code ran, and the code has come to rest since.
            if (await _services.Reader.FindAsync(_key, record.Key.RunId) is not { } now) return null;
            record = now;
        }

        if (record.Wakes >= _services.Options.MaximumWakes)
        {
            var set = await _services.Reader.LoadAsync(record, withCode: false);
            set?.Run.ForceStall(Poison(record.Wakes));
            return set;
        }

        var isSuspect = afterCrash || record.Wakes > 0 || record.Summary.State == RunState.Runnable;
        if (!isSuspect) return await _services.Reader.LoadAsync(record, first: TakePage());
        using var alone = await EnterAloneAsync(record.Wakes);
        if (!await _services.Writer.CountWakeAsync(record, _tenure.Stop)) return null;
        var open = await _services.Reader.LoadAsync(record, first: TakePage());
        open?.Suspect(record.Wakes);

        // One that goes alone leaves the way to the next one before it asks hosts; others come to rest with their first turn.
        if (open is null || alone is null) return open;
        if (open.Run.IsClosed) return open;
        return await _services.Writer.WriteSummaryAsync(open, RunSummaries.Of(open.Run), _tenure.Stop) ? open : null;
    }

    /// <summary>Brings a suspect to life when its turn has come, and tries until the store answers.</summary>
    private async Task OpenSuspectAsync(bool afterCrash)
    {
        _isToBeWoken = true;
        for (var delay = TimeSpan.FromMilliseconds(100); !_tenure.IsLeaving; delay *= 2)
        {
            try
            {
                await EnsureKnownAsync(isWake: true);
                var fault = await EnsureOpenAsync(afterCrash);
                if (fault is null) OnTime();
                if (fault is null || !IsPassing(fault))
                {
                    if (fault is not null) MarkIdle();
                    _isToBeWoken = false;
                    return;
                }
            }
            catch (Exception e)
            {
                // Nobody awaits this; whatever it is, the run must not be left lying.
                _services.Log.WakeFailed(e, _grainKey);
            }

            if (delay > TimeSpan.FromSeconds(10)) delay = TimeSpan.FromSeconds(10);
            await Task.Delay(delay, _services.Clock, _tenure.Stop).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task<bool> SuspectTurnAsync(OpenRun open)
    {
        using var alone = await EnterAloneAsync(open.Wakes);
        if (!open.IsCounted)
        {
            if (!await _services.Writer.CountWakeAsync(open, _tenure.Stop)) return false;
            open.NoteCounted();
        }

        return await TurnAsync(open);
    }

    private Task<IDisposable?> EnterAloneAsync(int wakes) => wakes == 0
        ? Task.FromResult<IDisposable?>(null)
        : _tenure.WaitAsync<IDisposable?>(stop => _services.Suspects.EnterAsync(wakes, stop)!);

    private static Stall Poison(int wakes) => new(
        FaultCodes.PoisonRun,
        $"{wakes} times a silo died while this run's code ran, with no progress in between, so the code is not run any more. "
        + "Mend the code and start once with a higher MaximumWakes, or terminate the run.");
}
