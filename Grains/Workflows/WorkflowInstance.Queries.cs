using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Messages;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Queries;
using Orchestration.Grains.Workflows.Starts;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

// Questions to the run's code: asked between a commit and the next turn, so that they see durable state alone.
internal sealed partial class WorkflowInstance
{
    private BetweenTurns? _between;

    /// <summary>Asks the run's code.</summary>
    public async Task<QueryReply> QueryAsync(QueryRequest request)
    {
        if (PayloadFault(request.Arguments, $"arguments of query '{request.Name}'") is { } tooLarge)
            return new QueryReply(tooLarge, null, Guid.Empty);
        if (StartChecks.HeaderProblem(request.Headers) is { } wrong)
            return new QueryReply(WorkflowFaults.Invalid(wrong), null, Guid.Empty);
        Func<WorkflowRun, QueryAnswer> question = r => r.Query(request.Name, request.Arguments, request.Headers);
        var (asked, fault, run) = await AskAsync(request.RunId, request.Consistent,
            () => AskCodeAsync(request.Name, question),
            closed => AskClosedCodeAsync(closed, request.Name, question));
        fault ??= asked!.Problem switch
        {
            QueryProblem.None => null,
            QueryProblem.NoCode => WorkflowFaults.Stalled(asked.Message),
            _ => WorkflowFaults.QueryFailed(asked.Message),
        };
        return new QueryReply(fault, fault is null ? asked!.Result : null, run);
    }

    /// <summary>What the run has said of itself since a cursor, and where to wait for more.</summary>
    public async Task<StatusReply> GetStatusAsync(StatusRequest request)
    {
        Func<WorkflowRun, StatusReply> question = r => new StatusReply
        {
            RunId = r.Describe().RunId.Value,
            Status = r.Status,
            Changes = [.. r.StatusSince(request.Cursor).Select(Item)],
            ContinuedTo = (r.ClosingEvent as RunContinuedAsNew)?.NewRunId.Value,
            Hub = r.IsClosed
                ? null : _services.Messages.Ticket(
                    r.Describe().RunId.Value, request.Events ? RunNews.EventsTopic : RunNews.StatusTopic),
            HistoryLength = r.Describe().HistoryLength,
        };
        var (reply, fault, run) = await AskAsync(request.RunId, consistent: false, () => BetweenTurnsAsync(question),
            closed => _services.ClosedRuns.AskAsync(closed, question));
        return reply ?? new StatusReply { Fault = fault, RunId = run };
    }

    /// <summary>Asks the latest run, or an older one, whether it is open or closed.</summary>
    private async Task<(T? Answer, Fault? Fault, Guid Run)> AskAsync<T>(
        Guid? wanted, bool consistent, Func<Task<T?>> askOpen, Func<RunRecord, Task<T?>> askClosed)
        where T : class
    {
        await EnsureKnownAsync();
        if (LatestRun is not { } latest) return (null, Unknown(wanted), Guid.Empty);
        var run = wanted is { } given ? new RunId(given) : latest;
        try
        {
            if (run == latest && _closed is null && await EnsureOpenAsync(_services.Suspects.IsEarly) is { } fault)
                return (null, fault, run.Value);

            // Held against the store also where it was just loaded: that may have begun before the question came.
            if (consistent && await IsBehindAsync())
            {
                StepDown();
                return (null, WorkflowFaults.Moving, run.Value);
            }

            if (run == latest && _closed is null)
            {
                var answer = await askOpen();
                return answer is null ? (null, NoAnswer(), run.Value) : (answer, null, run.Value);
            }

            if (await _services.Reader.FindAsync(_key, run) is not { } record)
                return (null, WorkflowFaults.NotFound(_key, run.Value), run.Value);
            if (record.Summary.ClosedAt is null) return (null, WorkflowFaults.Moving, run.Value);
            var asked = await askClosed(record);
            return (asked, asked is null ? WorkflowFaults.NotFound(_key, run.Value) : null, run.Value);
        }
        catch (EngineFault e)
        {
            return (null, WorkflowFaults.Engine(e), run.Value);
        }
        catch (OperationCanceledException) when (_tenure.ExplainsCancellation)
        {
            return (null, WorkflowFaults.Moving, run.Value); // the activation went before the store or the code had answered
        }
    }

    /// <summary>
    /// Asks the run in memory at once, or, while a turn is being committed, right after it; null where that takes too long or the
    /// activation steps down.
    /// </summary>
    private Task<T?> BetweenTurnsAsync<T>(Func<WorkflowRun, T?> question) where T : class =>
        _open is not { } open ? Task.FromResult<T?>(null)
        : IsTurning ? (_between ??= new BetweenTurns(_services.Messages.Clock)).AskAsync(question)
        : Task.FromResult(question(open.Run));

    /// <summary>Whether the store has something that this activation does not know of.</summary>
    private async Task<bool> IsBehindAsync()
    {
        if (_closed is { } closed) return (await _services.Reader.FindAsync(_key))?.Key.RunId != closed.Record.Key.RunId;
        if (_open is not { } open) return false; // nothing is answered from memory

        // An append that began after the question and was taken shows that nobody else has written. One that was under way when
        // the question came shows nothing: another activation may have written, and acknowledged, since it was taken.
        var begun = _appends;
        for (var turns = 0; IsTurning && turns < 2; turns++)
        {
            if (await BetweenTurnsAsync(static run => run) is null) return _open == open;
            if (_open != open) return false;
            if (_appended > begun) return false;
        }

        var length = await _services.Reader.MeasureTailAsync(open.Key, open.Handle);
        if (_open == open && length > open.Sequence && IsTurning)
            await BetweenTurnsAsync(static run => run); // what is longer may be an append of its own
        return _open == open && length > open.Sequence;
    }

    /// <summary>
    /// Code that may only read has changed the run's state: it is rebuilt from its history, in place.
    /// </summary>
    private async Task RebuildAsync()
    {
        if (_open is not { } open || _tenure.IsLeaving) return;
        _services.Log.Rebuilt(_grainKey, open.WorkflowType, open.Key.RunId.ToString());
        Hold(null);
        _parked = new RunRecord(open.Key, open.Handle, open.WorkflowType, open.StartedAt, open.Summary!, open.Wakes);
        await EnsureOpenAsync(afterCrash: false);
    }

    private static StatusItem Item(StatusChange change) => new(
        change.Cursor, change.At, change.Status, change.Progress?.Done, change.Progress?.Total, change.Progress?.Message);

    private static Fault NoAnswer() => WorkflowFaults.Engine(new EngineFault(FaultCodes.StoreUnavailable,
        "A turn of the workflow is being written for long; only durable state is shown. Repeat the request."));
}
