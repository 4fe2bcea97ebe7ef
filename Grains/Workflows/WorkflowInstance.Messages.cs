using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Workflows.Outgoing;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

internal sealed partial class WorkflowInstance
{
    /// <summary>Outcomes of attempts of one run; each is acknowledged once what it changed is durable.</summary>
    public async Task<ReportReply[]> ReportAsync(ActivityReport[] reports)
    {
        var replies = new ReportReply[reports.Length];
        await EnsureKnownAsync();

        // One that has begun to leave meanwhile may know of no run any more, which is not to say that there is none.
        if (!_tenure.IsLeaving && reports.Length > 0 && LatestRun?.Value != reports[0].Id.RunId)
        {
            // Of a run that is over, unless it is this activation whose knowledge is.
            if (!await KnowsLatestAsync()) Array.Fill(replies, ReportReply.TryAgain);
            return replies;
        }

        if (!_tenure.IsLeaving && _closed is not null) return replies; // acknowledged: nobody wants them any more
        if (await EnsureOpenAsync(_services.Suspects.IsEarly) is not null || _tenure.IsLeaving)
        {
            Array.Fill(replies, ReportReply.TryAgain);
            return replies;
        }

        var waits = new Task<InboxOutcome>?[reports.Length];
        for (var i = 0; i < reports.Length; i++)
        {
            if (_open is not { } open
                || open.Key.RunId.Value != reports[i].Id.RunId || Reports.ToStimulus(reports[i]) is not { } stimulus) continue;
            if (open.Run.Stall is not null) replies[i] = ReportReply.TryAgain; // kept by its host until the run goes on
            else waits[i] = Gather(stimulus);
        }

        BeginTurns(); // one turn takes them all

        for (var i = 0; i < reports.Length; i++)
        {
            if (waits[i] is not { } wait) continue;
            if (await wait is not (InboxOutcome.Committed or InboxOutcome.Closed)) replies[i] = ReportReply.TryAgain;
        }

        return replies;
    }

    /// <summary>
    /// Makes sure that the run goes on. Ends well only once it does, or never will: a waker repeats what failed, and nobody else
    /// may come. Ends when its first turn is durable, so that who wakes many at a bounded concurrency does not get ahead of the
    /// store, with ever more woken runs in memory.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The activation is going, the store is away, or the silo whose code is to be tried does not answer: the run is to be woken
    /// again.
    /// </exception>
    public async Task WakeAsync(WakeRequest request)
    {
        if (request.CodeFrom is { } newcomer)
        {
            // Who sends it may know of a newcomer that this silo has not heard of yet, or has not heard from.
            if (!_services.Cluster.IsActive(newcomer)) await _services.Cluster.RefreshAsync();
            if (_services.Cluster.IsActive(newcomer) && await _services.Code.OfAsync(newcomer) is null)
                throw new InvalidOperationException($"'{_key}' cannot be tried yet: {newcomer} has not said what it hosts.");
        }

        await EnsureKnownAsync(isWake: true);
        if (!_tenure.IsLeaving && _parked is null && _open is null)
        {
            if (_known || _isAbsent) return;
            throw new InvalidOperationException($"'{_key}' could not be woken: it changed while it was read.");
        }

        if (!_tenure.IsLeaving && _open is null && _parked is { Wakes: > 0 })
        {
            _ = OpenSuspectAsync(request.AfterCrash); // it waits for its turn; its waker need not
            return;
        }

        var fault = await EnsureOpenAsync(request.AfterCrash);
        if (_movedTo is not null) return; // it is to be woken where it goes
        if (fault is null) OnTime();
        else MarkIdle();
        if (fault is not null && IsPassing(fault))
            throw new InvalidOperationException($"'{_key}' could not be woken: {fault.Message}");

        // It may have been loaded, or be loading, since before the newcomer was known.
        if (request.CodeFrom is not null && _open is { Run.Stall: not null }) SeekAgain();
        if (IsTurning) await NextCommit;
    }

    private static bool IsPassing(Fault fault) =>
        fault.Kind == FaultKind.NotOwner || fault.Code == FaultCodes.StoreUnavailable;
}
