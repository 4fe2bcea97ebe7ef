using System.Runtime.CompilerServices;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Workflows;

namespace Orchestration.Client;

// What a run says of itself, and how it grows, as it happens.
internal sealed partial class WorkflowHandle<TWorkflow>
{
    /// <inheritdoc/>
    public IAsyncEnumerable<StatusUpdate> WatchStatusAsync(long cursor, CancellationToken cancellationToken) =>
        InterceptWatch(cursor, null, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StatusUpdate> WatchAsync(long cursor, long seenEvents, CancellationToken cancellationToken) =>
        InterceptWatch(cursor, seenEvents, cancellationToken);

    private IAsyncEnumerable<StatusUpdate> InterceptWatch(
        long cursor, long? seen, CancellationToken cancellationToken) => InterceptorChain.Call(
        parts.Interceptors,
        new StatusCall { Key = key, RunId = runId, Cursor = cursor, CancellationToken = cancellationToken },
        static (interceptor, call, next) => interceptor.WatchStatusAsync(call, next),
        call => WatchAsync(call.RunId, call.Cursor, seen, call.CancellationToken));

    private async IAsyncEnumerable<StatusUpdate> WatchAsync(
        RunId? run, long cursor, long? seen, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        WorkflowStatus? told = null;
        for (var rounds = 0; ; rounds++)
        {
            var request = new StatusRequest(run?.Value, cursor) { Events = seen is not null };
            var reply = await parts.Sender.SendAsync("status", key, (Messages, request),
                static s => s.Messages.GetStatusAsync(s.request), static reply => reply.Fault, cancellationToken);
            Checked(reply, reply.Fault);
            run = new RunId(reply.RunId);
            foreach (var change in reply.Changes)
            {
                rounds = 0;
                (told, seen) = (reply.Status, seen is null ? null : reply.HistoryLength);
                yield return Of(reply, change);
                cursor = change.Cursor;
            }

            if (reply.ContinuedTo is { } next)
            {
                (run, cursor) = (new RunId(next), 0); // each run counts for itself
                (told, seen) = (null, seen is null ? null : -1);
                continue;
            }

            if (reply.Hub is not { } ticket)
            {
                yield return Bare(reply, cursor);
                yield break;
            }

            if (seen is { } known && (known != reply.HistoryLength || (told is not null && told != reply.Status)))
            {
                rounds = 0;
                seen = reply.HistoryLength;
                yield return Bare(reply, cursor);
            }

            told = reply.Status;
            if (!await parts.Hubs.WaitAsync(reply.RunId, ticket, cancellationToken))
                await parts.Sender.BackOffAsync(Math.Min(rounds, 5), cancellationToken);
        }
    }

    private static StatusUpdate Bare(StatusReply reply, long cursor) => new()
    {
        RunId = new RunId(reply.RunId), WorkflowStatus = reply.Status, Cursor = cursor, HistoryLength = reply.HistoryLength,
    };

    private static StatusUpdate Of(StatusReply reply, StatusItem change) => new()
    {
        RunId = new RunId(reply.RunId),
        WorkflowStatus = reply.Status,
        HistoryLength = reply.HistoryLength,
        Cursor = change.Cursor,
        At = change.At,
        CustomStatus = change.Status,
        Progress = change.Done is { } done ? new WorkflowProgress(done, change.Total, change.Message) : null,
    };
}
