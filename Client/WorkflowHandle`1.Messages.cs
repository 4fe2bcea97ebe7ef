using System.Runtime.CompilerServices;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Workflows;

namespace Orchestration.Client;

internal sealed partial class WorkflowHandle<TWorkflow> : IMessageSender
{
    private static readonly TimeSpan UpdateWait = TimeSpan.FromSeconds(2);

    // Made where it is used: most handles start or await a run and send nothing else.
    private IWorkflowMessagesGrain Messages => parts.Grains.GetGrain<IWorkflowMessagesGrain>(key.ToGrainKey());

    IPayloadConverter IMessageSender.Converter => parts.Options.PayloadConverter;

    /// <inheritdoc/>
    public Task SignalAsync(string signal, IReadOnlyList<object?>? arguments, CancellationToken cancellationToken) =>
        SignalAsync(signal, Encode(arguments, signal), cancellationToken);

    /// <inheritdoc/>
    public Task SignalAsync(string signal, Payload[] arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        HandlerNames.Check("signal name", signal);
        CheckSize(arguments, $"arguments of signal '{signal}'");
        return parts.Signals.SendAsync(key, signal, arguments, runId?.Value, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<RunId> SignalWithStartAsync(object? input, Type inputType, string signal, IReadOnlyList<object?>? arguments,
        StartOptions? options, CancellationToken cancellationToken)
    {
        HandlerNames.Check("signal name", signal);
        var encoded = Encode(arguments, signal);
        CheckSize(encoded, $"arguments of signal '{signal}'");
        var started = await InterceptStart(input, options, cancellationToken, async call =>
        {
            var lane = parts.Lanes.Rent();
            var request = new SignalWithStartRequest
            {
                Start = Request(call, inputType, TimeSpan.Zero) with { TraceParent = ClientTelemetry.TraceParent() },
                Signal = new SignalRequest
                {
                    Client = lane.Id,
                    Signals = [new SignalItem { Number = lane.Number, Name = signal, Arguments = encoded }],
                },
            };
            var tries = new Tries();
            var reply = await parts.Sender.SendAsync("signal with start", key, (Messages, request, tries),
                static s => s.Messages.SignalWithStartAsync(s.tries.IsFirst() ? s.request : s.request with
                {
                    Signal = s.request.Signal with { IsRepeat = true },
                }),
                static reply => reply.Fault,
                call.CancellationToken);
            parts.Lanes.Return(lane);
            return new StartedRun(new RunId(Checked(reply, reply.Fault).RunId), reply.IsNew);
        });
        return started.RunId;
    }

    /// <inheritdoc/>
    public async Task<TResult> QueryAsync<TResult>(string query, IReadOnlyList<object?>? arguments, QueryOptions? options,
        CancellationToken cancellationToken)
    {
        HandlerNames.Check("query name", query);
        var request = new QueryRequest
        {
            Name = query, Arguments = Encode(arguments, query), RunId = runId?.Value, Consistent = options?.Consistent ?? false,
        };
        CheckSize(request.Arguments, $"arguments of query '{query}'");
        var reply = await parts.Sender.SendAsync("query", key, (Messages, request),
            static s => s.Messages.QueryAsync(s.request), static reply => reply.Fault, cancellationToken);
        if (reply.Fault is { } fault) throw Faults.ToException(fault, key, workflowType, runId, query);
        var result = reply.Result ?? Payload.Null;
        return typeof(TResult) == typeof(Payload)
            ? (TResult)(object)result : (TResult)parts.Options.PayloadConverter.FromPayload(result, typeof(TResult))!;
    }

    /// <inheritdoc/>
    public async Task<TResult> UpdateAsync<TResult>(string update, IReadOnlyList<object?>? arguments, UpdateOptions? options,
        CancellationToken cancellationToken)
    {
        var handle = await SendUpdateAsync<TResult>(UpdateRequest(update, arguments, options, UpdateWait), cancellationToken);
        return await handle.GetResultAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IUpdateHandle<TResult>> StartUpdateAsync<TResult>(string update, IReadOnlyList<object?>? arguments,
        UpdateOptions? options, CancellationToken cancellationToken) =>
        await SendUpdateAsync<TResult>(UpdateRequest(update, arguments, options, TimeSpan.Zero), cancellationToken);

    /// <inheritdoc/>
    public async Task<TResult> UpdateWithStartAsync<TResult>(object? input, Type inputType, string update,
        IReadOnlyList<object?>? arguments, UpdateOptions? updateOptions, StartOptions? options,
        CancellationToken cancellationToken)
    {
        var sent = UpdateRequest(update, arguments, updateOptions, UpdateWait);
        UpdateReply? answer = null;
        await InterceptStart(input, options, cancellationToken, async call =>
        {
            var request = new UpdateWithStartRequest
            {
                Start = Request(call, inputType, TimeSpan.Zero) with { TraceParent = ClientTelemetry.TraceParent() },
                Update = sent,
            };
            var tries = new Tries();
            answer = await parts.Sender.SendAsync("update with start", key, (Messages, request, tries),
                static s => s.Messages.UpdateWithStartAsync(
                    s.tries.IsFirst() ? s.request : s.request with { IsRepeat = true }),
                static reply => reply.Fault,
                call.CancellationToken);
            return new StartedRun(new RunId(answer.RunId), IsNew: false);
        });
        return answer is null
            ? throw new InvalidRequest("An interceptor kept the update from being sent.")
            : await HandleOf<TResult>(sent, answer).GetResultAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public IUpdateHandle<TResult> GetUpdate<TResult>(string updateId)
    {
        ArgumentNullException.ThrowIfNull(updateId);
        return new UpdateHandle<TResult>(parts, Messages, key, runId, updateId, null);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StatusUpdate> WatchStatusAsync(
        long cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var run = runId;
        for (var rounds = 0; ; rounds++)
        {
            var request = new StatusRequest(run?.Value, cursor);
            var reply = await parts.Sender.SendAsync("status", key, (Messages, request),
                static s => s.Messages.GetStatusAsync(s.request), static reply => reply.Fault, cancellationToken);
            Checked(reply, reply.Fault);
            run = new RunId(reply.RunId);
            foreach (var change in reply.Changes)
            {
                rounds = 0;
                yield return Of(reply, change);
                cursor = change.Cursor;
            }

            if (reply.Hub is not { } ticket)
            {
                yield return new StatusUpdate { RunId = run.Value, WorkflowStatus = reply.Status, Cursor = cursor };
                yield break;
            }

            if (!await parts.Hubs.WaitAsync(reply.RunId, ticket, cancellationToken))
                await parts.Sender.BackOffAsync(Math.Min(rounds, 5), cancellationToken);
        }
    }

    private static StatusUpdate Of(StatusReply reply, StatusItem change) => new()
    {
        RunId = new RunId(reply.RunId),
        WorkflowStatus = reply.Status,
        Cursor = change.Cursor,
        At = change.At,
        CustomStatus = change.Status,
        Progress = change.Done is { } done ? new WorkflowProgress(done, change.Total, change.Message) : null,
    };

    private async Task<UpdateHandle<TResult>> SendUpdateAsync<TResult>(UpdateRequest request, CancellationToken cancellationToken)
    {
        var reply = await parts.Sender.SendAsync("update", key, (Messages, request),
            static s => s.Messages.UpdateAsync(s.request), static reply => reply.Fault, cancellationToken);
        return HandleOf<TResult>(request, reply);
    }

    private UpdateHandle<TResult> HandleOf<TResult>(UpdateRequest request, UpdateReply reply)
    {
        if (reply.Fault is { } fault) throw Faults.ToException(fault, key, workflowType, runId, request.Name);
        return new UpdateHandle<TResult>(parts, Messages, key, new RunId(reply.RunId), request.UpdateId, reply);
    }

    private UpdateRequest UpdateRequest(string update, IReadOnlyList<object?>? arguments, UpdateOptions? options, TimeSpan wait)
    {
        HandlerNames.Check("update name", update);
        var encoded = Encode(arguments, update);
        CheckSize(encoded, $"arguments of update '{update}'");
        return new UpdateRequest
        {
            UpdateId = options?.UpdateId ?? Guid.NewGuid().ToString("N"), Name = update, Arguments = encoded,
            RunId = runId?.Value, Wait = wait,
        };
    }

    private Payload[] Encode(IReadOnlyList<object?>? arguments, string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (arguments is null or { Count: 0 }) return [];
        if (arguments is Payload[] given) return given;
        var encoded = new Payload[arguments.Count];
        for (var i = 0; i < encoded.Length; i++)
        {
            encoded[i] = arguments[i] as Payload
                ?? parts.Options.PayloadConverter.ToPayload(arguments[i], arguments[i]?.GetType() ?? typeof(object));
        }

        return encoded;
    }

    private void CheckSize(Payload[] payloads, string what)
    {
        var size = 0L;
        foreach (var payload in payloads) size += payload.Data.Length;
        if (size > parts.Options.MaximumPayloadBytes) throw new PayloadTooLarge(what, size, parts.Options.MaximumPayloadBytes);
    }

    private sealed class Tries
    {
        private bool _begun;

        public bool IsFirst() => !_begun && (_begun = true);
    }
}
