using System.Runtime.CompilerServices;
using Orchestration.Grains.Storage;

namespace Orchestration.Storage.Sqlite.Writing;

/// <summary>One turn.</summary>
internal sealed class AppendOperation(AppendRequest request) : WriteOperation<AppendResult>
{
    public override int Weight => 128 + request.Body.Length;

    protected override AppendResult Carry(WriteSession session) =>
        request.ExpectedSequence == 0 ? Start(session) : Continue(session);

    private AppendResult Continue(WriteSession session)
    {
        var handle = request.Handle;
        ref var tail = ref session.Locate(request.Key, ref handle);
        if (Unsafe.IsNullRef(ref tail)) return new AppendResult(AppendOutcome.Conflict, 0);
        if (tail.Sequence != request.ExpectedSequence) return Repeated(session, handle);
        var counted = tail.Wakes;
        session.InsertTurn(handle, request);
        if (request.Summary is not null) session.Summarize(handle, request.Summary);
        if (request.Wakes is { } wakes && wakes != counted) session.SetWakes(handle, wakes);
        return new AppendResult(AppendOutcome.Appended, handle);
    }

    private AppendResult Start(WriteSession session)
    {
        var previous = request.Header!.Previous;
        var latest = session.Latest(request.Key.Key);
        if (latest.Handle == 0)
            return previous is null ? Insert(session) : new AppendResult(AppendOutcome.Conflict, 0);

        if (previous == latest.Run && latest.HasEnded)
        {
            if (latest.State != RunState.Closed) session.MarkClosed(latest.Handle);
            return Insert(session);
        }

        // The run itself may be among those that stand in the way, since a first append is repeated like any other.
        var same = latest.Run == request.Key.RunId ? latest.Handle : session.HandleOf(request.Key);
        return same != 0
            ? Repeated(session, same)
            : new AppendResult(AppendOutcome.InstanceExists, 0, session.Record(latest.Handle));
    }

    private AppendResult Insert(WriteSession session)
    {
        var handle = session.InsertRun(request.Key, request.Header!, request.Summary!);
        session.InsertTurn(handle, request);
        return new AppendResult(AppendOutcome.Appended, handle);
    }

    private AppendResult Repeated(WriteSession session, long handle) => new(
        session.HasTurn(handle, request.ExpectedSequence + 1, request.TurnId) ? AppendOutcome.Appended : AppendOutcome.Conflict,
        handle);
}
