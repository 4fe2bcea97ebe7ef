using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Messages;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

// Messages that come again, or late, when the run that took them has ended: that one acknowledges them, and they reach no other.
internal sealed partial class WorkflowInstance
{
    private EarlierRuns? _earlier; // most instances have one run

    /// <summary>Whether a message that arrives now may have been taken by a run before the open one.</summary>
    private bool MayFollowOthers(OpenRun open) => open.Run.Previous is not null && open.StartedAt > Now - LongestUnderWay;

    /// <summary>Which run that has ended took a message; by its request, so those without one were taken by none.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isRepeat">Whether it was sent before, with unknown outcome.</param>
    /// <param name="alone">The one run that is meant; null: those before the open one, or the last ones.</param>
    /// <returns>The run, or why that cannot be told.</returns>
    private async ValueTask<(RunId? Run, Fault? Fault)> FindTakenAsync(Stimulus message, bool isRepeat, RunId? alone = null)
    {
        try
        {
            var earlier = _earlier ??= new EarlierRuns(_services.Reader, _key);
            var latest = alone ?? _closed?.Record.Key.RunId;
            if (latest is null && _open is { Run: var run })
                latest = await earlier.BeforeAsync(run);
            return (await earlier.FindAsync(message, latest, Now - LongestUnderWay, alone is not null), null);
        }
        catch (EngineFault e) when (isRepeat)
        {
            return (null, WorkflowFaults.Engine(e)); // its history is damaged, and may have had it
        }
        catch (EngineFault e)
        {
            _services.Log.TurnFailed(e, _grainKey); // the same; what came once was most likely never there
            return default;
        }
    }
}
