using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Messages;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Starts;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Requests;

/// <summary>
/// Questions to a run's code, open or ended, and what it says of itself: they see durable state alone (invariant 4), and all of
/// it where the caller wants that.
/// </summary>
internal sealed class QueryRequests(IAskedInstance instance, WorkflowServices services)
{
    /// <summary>Asks the run's code.</summary>
    public async Task<QueryReply> QueryAsync(QueryRequest request)
    {
        if (RequestFaults.TooLarge(services.Options, request.Arguments, $"arguments of query '{request.Name}'") is { } tooLarge)
            return new QueryReply(tooLarge, null, Guid.Empty);
        if (StartChecks.HeaderProblem(request.Headers) is { } wrong)
            return new QueryReply(WorkflowFaults.Invalid(wrong), null, Guid.Empty);
        Func<WorkflowRun, QueryAnswer> question = r => r.Query(request.Name, request.Arguments, request.Headers);
        var (asked, fault, run) = await AskAsync(request.RunId, request.Consistent,
            () => instance.AskCodeAsync(request.Name, question),
            closed => instance.AskClosedCodeAsync(closed, request.Name, question));
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
                ? null : services.Messages.Ticket(
                    r.Describe().RunId.Value, request.Events ? RunNews.EventsTopic : RunNews.StatusTopic),
            HistoryLength = r.Describe().HistoryLength,
        };
        var (reply, fault, run) = await AskAsync(request.RunId, consistent: false, () => instance.BetweenTurnsAsync(question),
            closed => services.ClosedRuns.AskAsync(closed, question));
        return reply ?? new StatusReply { Fault = fault, RunId = run };
    }

    /// <summary>Asks the latest run, or an older one, whether it is open or closed.</summary>
    private async Task<(T? Answer, Fault? Fault, Guid Run)> AskAsync<T>(
        Guid? wanted, bool consistent, Func<Task<T?>> askOpen, Func<RunRecord, Task<T?>> askClosed)
        where T : class
    {
        await instance.EnsureKnownAsync();
        if (instance.LatestRun is not { } latest) return (null, instance.Unknown(wanted), Guid.Empty);
        var run = wanted is { } given ? new RunId(given) : latest;
        try
        {
            if (run == latest && instance.Closed is null && await instance.EnsureOpenAsync() is { } fault)
                return (null, fault, run.Value);

            // Held against the store also where it was just loaded: that may have begun before the question came.
            if (consistent && await instance.IsBehindAsync())
            {
                instance.StepDown();
                return (null, WorkflowFaults.Moving, run.Value);
            }

            if (run == latest && instance.Closed is null)
            {
                var answer = await askOpen();
                return answer is null ? (null, NoAnswer(), run.Value) : (answer, null, run.Value);
            }

            if (await services.Reader.FindAsync(instance.Key, run) is not { } record)
                return (null, WorkflowFaults.NotFound(instance.Key, run.Value), run.Value);
            if (record.Summary.ClosedAt is null) return (null, WorkflowFaults.Moving, run.Value);
            var asked = await askClosed(record);
            return (asked, asked is null ? WorkflowFaults.NotFound(instance.Key, run.Value) : null, run.Value);
        }
        catch (EngineFault e)
        {
            return (null, WorkflowFaults.Engine(e), run.Value);
        }
        catch (OperationCanceledException) when (instance.ExplainsCancellation)
        {
            return (null, WorkflowFaults.Moving, run.Value); // the activation went before the store or the code had answered
        }
    }

    private static StatusItem Item(StatusChange change) => new(
        change.Cursor, change.At, change.Status, change.Progress?.Done, change.Progress?.Total, change.Progress?.Message);

    private static Fault NoAnswer() => WorkflowFaults.Engine(new EngineFault(FaultCodes.StoreUnavailable,
        "A turn of the workflow is being written for long; only durable state is shown. Repeat the request."));
}
