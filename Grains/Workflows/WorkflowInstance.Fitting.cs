using System.Text.Json;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Placement;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;
using Orleans.Runtime;

namespace Orchestration.Grains.Workflows;

// Where the code is that fits. Silos of a cluster may host different code, most of all during an upgrade. A run that this silo's
// code does not fit moves to a silo that hosts its type and version and whose build has not been tried; which ones have is kept
// with the run's summary before it moves, so that it goes to each build once at most, and never back and forth. Where nobody is
// left to try it stays here, stalled; of a silo whose build is not among those that were tried its shard tells it.
internal sealed partial class WorkflowInstance
{
    private string? _movedTo;
    private bool _wakesThere;
    private Stall? _soughtFor;
    private (long AsOf, bool IsComplete) _search;
    private bool _looksAgain;

    /// <summary>
    /// Moves a run that need not be replayed here: its code is not here, or has been tried, and a silo is there to try it.
    /// </summary>
    private async Task<bool> PassOnAsync(RunRecord record)
    {
        var code = _services.Code;
        var tried = RunSummaries.DetailOf(record.Summary)?.Tried;
        if (_services.Settings.Workflows.TryGet(record.WorkflowType, out _) && tried?.Contains(code.Local.Build) != true)
            return false;
        if (await _services.Reader.ReadStartAsync(record) is not { } start) return false;
        string[] without = [code.Local.Build, .. tried ?? []];
        var found = await code.FindAsync(record.WorkflowType, WorkflowRun.VersionOf(start), without);
        return MoveTo(found.Silos, wakesThere: true);
    }

    /// <summary>Moves a run whose code does not fit here to a silo where it may; else notes what has been tried.</summary>
    /// <returns>False where it stays; then what is to be written is in the stall.</returns>
    private async Task<bool> PassOnAsync(OpenRun open)
    {
        if (open.Run.Stall is not { } stall || ReferenceEquals(stall, _soughtFor)) return false;
        _soughtFor = stall;
        _search = (_services.Cluster.Version, true);
        if (stall.Code is FaultCodes.PoisonRun or FaultCodes.HistoryTooLarge) return false;
        var code = _services.Code;
        var version = open.Run.Describe().Version;
        var isHere = _services.Settings.Workflows.TryGet(open.WorkflowType, version, out _);
        var before = RunSummaries.DetailOf(open.Summary)?.Tried ?? [];
        var found = await code.FindAsync(open.WorkflowType, version, [code.Local.Build, .. before]);
        _search.IsComplete = found.IsComplete;
        if (_tenure.IsLeaving) return false;

        // Of builds that are gone nothing need be remembered, so the list is as long as there are builds at once.
        var known = before.Intersect(code.KnownBuilds).Concat(found.Lacking).Append(code.Local.Build);
        string[] tried = [.. known.Distinct().Order(StringComparer.Ordinal)];
        stall = stall with { Tried = tried };
        open.Run.ForceStall(stall);
        _soughtFor = stall;
        if (found.Silos.Length == 0) return false;

        // Durable before it moves: else two silos that it does not fit would send it to and fro. Where the version is not hosted
        // here nobody will send it here, and what was counted against it (code that never ran) is all there is to take back.
        if ((isHere || open.IsCounted) && open.Summary is { } summary)
        {
            summary = summary with { Detail = JsonSerializer.Serialize(stall, StallJson.Default.Stall) };
            if (!await _services.Writer.WriteSummaryAsync(open, summary, _tenure.Stop)) return false;
        }

        return MoveTo(found.Silos, wakesThere: true);
    }

    /// <summary>In the turn loop: whether a run that has stalled goes elsewhere, or the activation steps down.</summary>
    private async Task<bool> LeavesStalledAsync(OpenRun open)
    {
        if (ReferenceEquals(open.Run.Stall, _soughtFor)) return false;
        if (await PassOnAsync(open)) return true;
        if (await _services.Writer.WriteSummaryAsync(open, RunSummaries.Of(open.Run), _tenure.Stop))
        {
            LookAgainForCode(open);
            return false;
        }

        StepDown();
        return true;
    }

    /// <summary>
    /// Once the stall is durable: a silo that joined between the search and then was looked at by the run's shard when that had
    /// nothing that was stalled. One that joins later finds it so.
    /// </summary>
    private void LookAgainForCode(OpenRun open)
    {
        if (_looksAgain || open.Run.Stall is not { Code: not (FaultCodes.PoisonRun or FaultCodes.HistoryTooLarge) }) return;
        _looksAgain = true;
        _ = LookAsync();

        async Task LookAsync()
        {
            try
            {
                while (!_tenure.IsLeaving && _open == open && open.Run.Stall is not null)
                {
                    try
                    {
                        await _services.Cluster.RefreshAsync();
                        if (!_search.IsComplete) await _services.Code.WhenAllHaveAnsweredAsync(_tenure.Stop);
                        break;
                    }
                    catch (Exception e) when (e is OrleansException or TimeoutException or EngineFault)
                    {
                        await Task.Delay(LookAfter, _services.Clock, _tenure.Stop);
                    }
                }
            }
            catch (OperationCanceledException)
            {
                return; // it leaves, and has its shard look
            }

            if (_tenure.IsLeaving) return;
            _looksAgain = false;
            if (_open == open && open.Run.Stall is not null
                && (_search.AsOf != _services.Cluster.Version || !_search.IsComplete)) SeekAgain();
        }
    }

    /// <summary>
    /// Whether a workflow type can be started here. Where it cannot, but elsewhere, the instance moves there, and the caller is
    /// told to come again.
    /// </summary>
    /// <returns>Null where it can.</returns>
    private async ValueTask<Fault?> HostedFaultAsync(string type, int? version)
    {
        if (_services.Settings.Workflows.TryGet(type, version, out _)) return null;
        var found = await _services.Code.FindAsync(type, version);
        if (MoveTo(found.Silos, wakesThere: false))
            return WorkflowFaults.NotOwner($"The workflow type '{type}' is not hosted here; repeat the request.");
        if (_tenure.IsLeaving) return WorkflowFaults.Moving;
        return found.IsComplete
            ? WorkflowFaults.UnknownType(_services.Code.Describe())
            : WorkflowFaults.NotOwner(
                $"No silo hosts the workflow type '{type}' as far as is known, but not every silo has answered; repeat the "
                + "request.");
    }

    /// <summary>A stalled run is to be looked at again: other code may be there now.</summary>
    private void SeekAgain()
    {
        _soughtFor = null;
        if (!IsTurning) _turns = RunTurnsAsync();
    }

    private bool MoveTo(string[] silos, bool wakesThere)
    {
        if (_tenure.IsLeaving || Rendezvous.Choose(_grainKey, silos) is not { } silo || silo == _services.SiloKey) return false;
        _services.Log.PassedOn(_grainKey, silo);
        _movedTo = silo;
        _wakesThere = wakesThere;
        LeaveMemory();
        _activation.MoveTo(silo, wakesThere);
        return true;
    }
}
