using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;

namespace Orchestration.Grains.Recovery;

// Stalled runs, whose activations may be anywhere or nowhere, hear through their shard alone of silos whose code may fit. Which
// builds were tried on a run stands with its summary, so what is still to be tried is read, and never remembered: whoever was
// about to try one may be gone, the shard's last activation and the silo that the run had moved to among them.
internal sealed partial class Shard
{
    private readonly List<string> _newcomers = [];
    private bool _trying;
    private bool _tryAgain;

    /// <summary>
    /// Has stalled runs tried on the builds of live silos that have not been tried on them, and all of them where a silo has come
    /// whose code is new to the cluster.
    /// </summary>
    private void TryStalled(string? newcomer = null)
    {
        if (newcomer is not null && !_newcomers.Contains(newcomer)) _newcomers.Add(newcomer);
        if (_trying) _tryAgain = true;
        else _ = TryStalledAsync();
    }

    private async Task TryStalledAsync()
    {
        _trying = true;
        try
        {
            do
            {
                _tryAgain = false;
                string[] newcomers = [.. _newcomers];
                _newcomers.Clear();
                await TryStalledAsync(newcomers);
            }
            while (_tryAgain && !_stopped);
        }
        finally
        {
            _trying = false;
        }
    }

    // Not counted: a run that stalls in good order may do so whenever other code comes, until fitting code does. One that was
    // woken in vain too often is left alone.
    private Task TryStalledAsync(string[] newcomers)
    {
        (string Silo, string Build)[]? builds = null;
        string? bringer = null;
        return EachAsync(
            RunState.Stalled,
            run => run.Wakes < _services.Options.MaximumWakes && (bringer ?? Untried(run, builds!)) is { } silo
                ? new Wake(run.Key.ToGrainKey(), 0, WakeReason.Stalled, AfterCrash: false, CodeFrom: silo) : null,
            async () =>
            {
                // Asked only where there are stalled runs.
                if (builds is not null) return;
                builds = await _services.LiveBuilds();
                foreach (var newcomer in newcomers)
                    if (bringer is null && await _services.BringsNewCode(newcomer)) bringer = newcomer;
            });
    }

    /// <summary>A silo whose build has not been tried on a run; null where there is none, or no build would help.</summary>
    private static string? Untried(DueRun run, (string Silo, string Build)[] builds)
    {
        var stall = RunSummaries.DetailOf(run.Detail);
        if (stall?.Code is FaultCodes.PoisonRun or FaultCodes.HistoryTooLarge) return null;
        var tried = stall?.Tried ?? [];
        return Array.Find(builds, live => !tried.Contains(live.Build)).Silo;
    }
}
