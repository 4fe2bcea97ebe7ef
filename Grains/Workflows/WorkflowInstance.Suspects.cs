using Orchestration.Grains.Workflows.Runs;

namespace Orchestration.Grains.Workflows;

// What a crash left and is held to have caused it: brought to life late, and counted while its code runs.
internal sealed partial class WorkflowInstance
{
    private bool _isToBeWoken; // its waker has gone, and it has not been woken yet

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
        using var alone = await _services.SuspectRuns.EnterAloneAsync(open.Wakes, _tenure);
        if (!open.IsCounted)
        {
            if (!await _services.Writer.CountWakeAsync(open, _tenure.Stop)) return false;
            open.NoteCounted();
        }

        return await TurnAsync(open);
    }
}
