using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>One update, and the wait for its outcome: at the hub that the workflow names, then at the workflow.</summary>
internal sealed class UpdateHandle<TResult>(
    ClientParts parts, IWorkflowMessagesGrain grain, WorkflowKey key, RunId? runId, string updateId, UpdateReply? last)
    : IUpdateHandle<TResult>
{
    private static readonly TimeSpan WorkflowWait = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public string UpdateId => updateId;

    /// <inheritdoc/>
    public RunId? RunId => runId;

    /// <inheritdoc/>
    public async Task<TResult> GetResultAsync(CancellationToken cancellationToken)
    {
        var awaited = new UpdateResultCall
        {
            Key = key, RunId = runId, UpdateId = updateId, ResultType = typeof(TResult), CancellationToken = cancellationToken,
        };
        return (TResult)(await InterceptorChain.Call(
            parts.Interceptors, awaited, static (interceptor, call, next) => interceptor.GetUpdateResultAsync(call, next),
            WaitAsync))!;
    }

    private async Task<object?> WaitAsync(UpdateResultCall call)
    {
        var cancellationToken = call.CancellationToken;
        var known = last;
        for (var rounds = 0; ; rounds++)
        {
            if (known is null)
            {
                var request = new UpdateRequest { UpdateId = call.UpdateId, RunId = call.RunId?.Value, Wait = WorkflowWait };
                known = await parts.Sender.SendAsync("wait for the update", key, (grain, request),
                    static s => s.grain.UpdateAsync(s.request), static reply => reply.Fault, cancellationToken);
                if (known.Fault is { } fault) throw Faults.ToException(fault, key, null, runId);
            }

            if (known.IsCompleted) return Decode(known, call.ResultType);
            var run = known.RunId;
            var ticket = known.Hub;
            known = null;
            if (ticket is null || !await parts.Hubs.WaitAsync(run, ticket, cancellationToken))
                await parts.Sender.BackOffAsync(Math.Min(rounds, 5), cancellationToken);
        }
    }

    private object? Decode(UpdateReply reply, Type type)
    {
        if (reply.Failure is { Kind: FailureKind.RunEnded } ended)
            throw new UpdateUnfinished(reply.Name, updateId, ended.RunId ?? new RunId(reply.RunId), ended.Status ?? default,
                ended.Message);
        if (reply.Failure is { } failure)
            throw new UpdateFailed(reply.Name, updateId, failure.Message, RecordedFailures.ToException(failure));
        var result = reply.Result ?? Payload.Null;
        return type == typeof(Payload) ? result : parts.Options.PayloadConverter.FromPayload(result, type);
    }
}
