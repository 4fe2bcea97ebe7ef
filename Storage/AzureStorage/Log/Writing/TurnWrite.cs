using Orchestration.Grains.Storage;

namespace Orchestration.Storage.AzureStorage.Log.Writing;

/// <summary>A turn of a run that is there.</summary>
internal sealed class TurnWrite(AppendRequest request, LogTurn turn) : LogWrite<AppendResult>(RunRef.Of(request.Key))
{
    private long _handle;

    public override LogTurn Wanted => turn;

    public override Verdict Judge(Batch batch)
    {
        if (Find(batch, out _, out var run) is { } unfit) return unfit;
        if (run is null) return Say(Verdict.Misfit, new AppendResult(AppendOutcome.Conflict, 0));
        _handle = run.Info!.Handle;
        var pending = batch.Pending(Ref);
        var stand = pending ?? run.Stand;
        var conflict = new AppendResult(AppendOutcome.Conflict, _handle);
        if (stand.Tail == request.ExpectedSequence)
        {
            batch.Add(new LogRecord(LogRecordKind.Turn, Ref)
            {
                Shard = run.Shard, Turn = turn,
                Stand = new RunStand(request.Summary ?? stand.Summary, request.Wakes ?? stand.Wakes, turn.Last),
            });
            return Say(Verdict.Written, new AppendResult(AppendOutcome.Appended, _handle));
        }

        if (stand.Tail < request.ExpectedSequence) return Say(Verdict.Misfit, conflict);
        if (run.Stand.Tail <= request.ExpectedSequence) return Verdict.Later;

        // What stands there stands for ever: whose turn it is decides.
        if (run.TurnAt(turn.First) is { } there)
            return Say(Verdict.Answered, there.Id == turn.Id ? new AppendResult(AppendOutcome.Appended, _handle) : conflict);
        return run.Extents.Count > 0 && turn.First <= run.Extents[^1].Last ? Verdict.LookUp : Say(Verdict.Answered, conflict);
    }

    public override void CompleteLookUp(bool isOwn) =>
        Answer(new AppendResult(isOwn ? AppendOutcome.Appended : AppendOutcome.Conflict, _handle));
}
