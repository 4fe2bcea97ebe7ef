using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;

namespace Orchestration.Storage.AzureStorage.Log.Writing;

/// <summary>The first turn of a run.</summary>
internal sealed class StartWrite(AppendRequest request, LogTurn turn, HandleClock handles)
    : LogWrite<AppendResult>(RunRef.Of(request.Key))
{
    private long _handle;

    public override LogTurn Wanted => turn;

    public override Verdict Judge(Batch batch)
    {
        if (Find(batch, out var instance, out var same) is { } unfit) return unfit;
        if (same is not null)
        {
            _handle = same.Info!.Handle;
            if (same.TurnAt(1) is { } there)
                return Say(
                    Verdict.Answered,
                    new AppendResult(there.Id == turn.Id ? AppendOutcome.Appended : AppendOutcome.Conflict, _handle));
            return Verdict.LookUp;
        }

        if (instance.Runs.Exists(run => run.Ref == Ref)) // it was there, and was purged
            return Say(Verdict.Misfit, new AppendResult(AppendOutcome.Conflict, 0));
        if (batch.IsTouched(Ref.Instance)) return Verdict.Later;
        var (header, latest) = (request.Header!, instance.Latest);
        var isAllowed = header.Previous is { } id
            ? latest is { Stand.Summary.ClosedAt: not null } && latest.Ref.Run == id.Value
            : latest is null;
        if (!isAllowed)
            return Say(
                Verdict.Misfit,
                latest is null
                    ? new AppendResult(AppendOutcome.Conflict, 0)
                    : new AppendResult(AppendOutcome.InstanceExists, 0, latest.Info!.ToRecord(latest.Stand)));

        if (_handle == 0) _handle = handles.Next();
        var started = RunCode.Time(header.StartedAt.ToUnixTimeMilliseconds());
        (Guid, RunStand)? previous = latest is null or { Stand.Summary.State: RunState.Closed }
            ? null
            : (latest.Ref.Run, latest.Stand with
            {
                Summary = latest.Stand.Summary with { State = RunState.Closed, WakeAt = null },
            });
        batch.Add(new LogRecord(LogRecordKind.Start, Ref)
        {
            Info = new RunInfo(
                request.Key, header.WorkflowType, header.Shard, started, _handle, (latest?.Info!.Ordinal ?? 0) + 1),
            Shard = header.Shard, Turn = turn, Previous = previous,
            Stand = new RunStand(request.Summary!, request.Wakes ?? 0, turn.Last),
        });
        return Say(Verdict.Written, new AppendResult(AppendOutcome.Appended, _handle));
    }

    public override void CompleteLookUp(bool isOwn) =>
        Answer(new AppendResult(isOwn ? AppendOutcome.Appended : AppendOutcome.Conflict, _handle));
}
