using System.Text.Json;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Idle;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Workflows;
using Orleans.Runtime;

namespace Orchestration.Grains.Workflows.Fitting;

/// <summary>
/// Where the code is that fits. Silos of a cluster may host different code, most of all during an upgrade. A run that this silo's
/// code does not fit moves to a silo that hosts its type and version and whose build has not been tried; which ones have is kept
/// with the run's summary before it moves, so that it goes to each build once at most, and never back and forth. Where nobody is
/// left to try it stays here, stalled; of a silo whose build is not among those that were tried its shard tells it. Made where
/// the code at hand does not fit. Belongs to the activation's scheduler.
/// </summary>
internal sealed class FittingCode(WorkflowServices services, IFittingPort port, Tenure tenure)
{
    /// <summary>Soon, and not at once: what kept a silo from answering may be there still.</summary>
    private static readonly TimeSpan LookAfter = TimeSpan.FromSeconds(2);

    private Stall? _soughtFor;
    private (long AsOf, bool IsComplete) _search;

    /// <summary>Whether a silo is still to be heard of since the last search: who leaves meanwhile has its shard look.</summary>
    public bool LooksAgain { get; private set; }

    /// <summary>Whether this silo's code is to be tried on a run that is in the store.</summary>
    public static bool IsAtHand(WorkflowServices services, RunRecord record) =>
        services.Settings.Workflows.TryGet(record.WorkflowType, out _)
        && RunSummaries.DetailOf(record.Summary)?.Tried?.Contains(services.Code.Local.Build) != true;

    /// <summary>Whether nothing more is to be sought for a stall.</summary>
    public bool IsOver(Stall? stall) => ReferenceEquals(stall, _soughtFor);

    /// <summary>Other code may be there now.</summary>
    public void BeginAnew() => _soughtFor = null;

    /// <summary>
    /// Moves a run that need not be replayed here: its code is not here, or has been tried, and a silo is there to try it.
    /// </summary>
    /// <returns>False where it stays.</returns>
    public async Task<bool> PassOnAsync(RunRecord record)
    {
        var code = services.Code;
        var tried = RunSummaries.DetailOf(record.Summary)?.Tried;
        if (await services.Reader.ReadStartAsync(record) is not { } start) return false;
        string[] without = [code.Local.Build, .. tried ?? []];
        var found = await code.FindAsync(record.WorkflowType, WorkflowRun.VersionOf(start), without);
        return port.MoveTo(found.Silos, wakesThere: true);
    }

    /// <summary>Moves a run whose code does not fit here to a silo where it may; else notes what has been tried.</summary>
    /// <returns>False where it stays; then what is to be written is in the stall.</returns>
    public async Task<bool> PassOnAsync(OpenRun open)
    {
        if (open.Run.Stall is not { } stall || IsOver(stall)) return false;
        _soughtFor = stall;
        _search = (services.Cluster.Version, true);
        if (stall.Code is FaultCodes.PoisonRun or FaultCodes.HistoryTooLarge) return false;
        var code = services.Code;
        var version = open.Run.Describe().Version;
        var isHere = services.Settings.Workflows.TryGet(open.WorkflowType, version, out _);
        var before = RunSummaries.DetailOf(open.Summary)?.Tried ?? [];
        var found = await code.FindAsync(open.WorkflowType, version, [code.Local.Build, .. before]);
        _search.IsComplete = found.IsComplete;
        if (tenure.IsLeaving) return false;

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
            if (!await services.Writer.WriteSummaryAsync(open, summary, tenure.Stop)) return false;
        }

        return port.MoveTo(found.Silos, wakesThere: true);
    }

    /// <summary>
    /// Once the stall is durable: a silo that joined between the search and then was looked at by the run's shard when that had
    /// nothing that was stalled. One that joins later finds it so.
    /// </summary>
    public void LookAgain(OpenRun open)
    {
        if (LooksAgain || open.Run.Stall is not { Code: not (FaultCodes.PoisonRun or FaultCodes.HistoryTooLarge) }) return;
        LooksAgain = true;
        _ = LookAsync();

        async Task LookAsync()
        {
            try
            {
                while (!tenure.IsLeaving && port.Open == open && open.Run.Stall is not null)
                {
                    try
                    {
                        await services.Cluster.RefreshAsync();
                        if (!_search.IsComplete) await services.Code.WhenAllHaveAnsweredAsync(tenure.Stop);
                        break;
                    }
                    catch (Exception e) when (e is OrleansException or TimeoutException or EngineFault)
                    {
                        await Task.Delay(LookAfter, services.Clock, tenure.Stop);
                    }
                }
            }
            catch (OperationCanceledException)
            {
                return; // it leaves, and has its shard look
            }

            if (tenure.IsLeaving) return;
            LooksAgain = false;
            if (port.Open == open && open.Run.Stall is not null
                && (_search.AsOf != services.Cluster.Version || !_search.IsComplete)) port.SeekAgain();
        }
    }

    /// <summary>
    /// Why a workflow type cannot be started here. Where it can elsewhere, the instance moves there, and the caller is told to
    /// come again.
    /// </summary>
    public async ValueTask<Fault?> UnhostedFaultAsync(string type, int? version)
    {
        var found = await services.Code.FindAsync(type, version);
        if (port.MoveTo(found.Silos, wakesThere: false))
            return WorkflowFaults.NotOwner($"The workflow type '{type}' is not hosted here; repeat the request.");
        if (tenure.IsLeaving) return WorkflowFaults.Moving;
        return found.IsComplete
            ? WorkflowFaults.UnknownType(services.Code.Describe())
            : WorkflowFaults.NotOwner(
                $"No silo hosts the workflow type '{type}' as far as is known, but not every silo has answered; repeat the "
                + "request.");
    }
}
