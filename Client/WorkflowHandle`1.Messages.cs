using System.Diagnostics.CodeAnalysis;
using Orchestration.Grains.Interfaces;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Workflows;
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
        return InterceptSignal(signal, arguments, cancellationToken,
            call => RequestKey.Request is { } named
                ? SendKeyedSignalAsync(ItemOf(call) with { Number = named.Number }, named.Client, call.CancellationToken)
                : parts.Signals.SendAsync(call.Key, ItemOf(call), call.CancellationToken));
    }

    /// <inheritdoc/>
    public async Task<RunId> SignalWithStartAsync(object? input, Type inputType, string signal, IReadOnlyList<object?>? arguments,
        StartOptions? options, CancellationToken cancellationToken)
    {
        HandlerNames.Check("signal name", signal);
        var encoded = Encode(arguments, signal);
        var started = await InterceptStart(input, options, cancellationToken, async start =>
        {
            StartReply? reply = null;
            await InterceptSignal(signal, encoded, start.CancellationToken, async call =>
                reply = await SendSignalWithStartAsync(Request(start, inputType, TimeSpan.Zero), call));
            return reply is null
                ? throw new InvalidRequest("An interceptor kept the signal from being sent.")
                : new StartedRun(new RunId(reply.RunId), reply.IsNew);
        });
        return started.RunId;
    }

    // A signal under the caller's own key has a sender of its own, so that it goes beside the channel.
    private async Task SendKeyedSignalAsync(SignalItem signal, Guid sender, CancellationToken cancellationToken)
    {
        var request = new SignalRequest { Client = sender, Signals = [signal], IsRepeat = true };
        var reply = await parts.Sender.SendAsync("signal", key, (Messages, request),
            static s => s.Messages.SignalAsync(s.request), static reply => reply.Fault, cancellationToken);
        var fault = reply.Fault ?? reply.Faults?[0];
        if (fault is not null)
            throw Faults.ToException(fault, key, workflowType, runId, $"arguments of signal '{signal.Name}'");
    }

    private async Task<StartReply> SendSignalWithStartAsync(StartRequest start, SignalCall call)
    {
        var named = RequestKey.Request;
        var lane = named is { } given ? new SenderLanes.Lane(given.Client) { Number = given.Number } : parts.Lanes.Rent();
        var request = new SignalWithStartRequest
        {
            Start = start with { TraceParent = ClientTelemetry.TraceParent() },
            Signal = new SignalRequest { Client = lane.Id, Signals = [ItemOf(call) with { Number = lane.Number }] },
        };
        var tries = new Tries(isRepeat: named is not null);
        var reply = await parts.Sender.SendAsync("signal with start", key, (Messages, request, tries),
            static s => s.Messages.SignalWithStartAsync(s.tries.IsFirst() ? s.request : s.request with
            {
                Signal = s.request.Signal with { IsRepeat = true },
            }),
            static reply => reply.Fault,
            call.CancellationToken);
        if (named is null) parts.Lanes.Return(lane);
        return Checked(reply, reply.Fault);
    }

    [SuppressMessage("Design", "CA1068", Justification = "What follows comes last: it is a block at every call.")]
    private Task InterceptSignal(
        string signal, Payload[] arguments, CancellationToken cancellationToken, Func<SignalCall, Task> send)
    {
        var sent = new SignalCall
        {
            Key = key, RunId = runId, Signal = signal, Arguments = arguments, CancellationToken = cancellationToken,
        };
        return InterceptorChain.Call(
            parts.Interceptors, sent, static (interceptor, call, next) => interceptor.SignalAsync(call, next), call =>
            {
                HandlerNames.Check("signal name", call.Signal);
                CheckSize(call.Arguments, $"arguments of signal '{call.Signal}'");
                return send(call);
            });
    }

    private static SignalItem ItemOf(SignalCall call) => new()
    {
        Number = 0, Name = call.Signal, Arguments = ToArray(call.Arguments), RunId = call.RunId?.Value,
        Headers = ToWire(call.Headers),
    };

    /// <inheritdoc/>
    public async Task<TResult> QueryAsync<TResult>(string query, IReadOnlyList<object?>? arguments, QueryOptions? options,
        CancellationToken cancellationToken)
    {
        var asked = new QueryCall
        {
            Key = key, RunId = runId, Query = query, Arguments = Encode(arguments, query),
            IsConsistent = options?.Consistent ?? false, ResultType = typeof(TResult), CancellationToken = cancellationToken,
        };
        return (TResult)(await InterceptorChain.Call(
            parts.Interceptors, asked, static (interceptor, call, next) => interceptor.QueryAsync(call, next), SendQueryAsync))!;
    }

    private async Task<object?> SendQueryAsync(QueryCall call)
    {
        HandlerNames.Check("query name", call.Query);
        CheckSize(call.Arguments, $"arguments of query '{call.Query}'");
        var request = new QueryRequest
        {
            Name = call.Query, Arguments = ToArray(call.Arguments), RunId = call.RunId?.Value, Consistent = call.IsConsistent,
            Headers = ToWire(call.Headers),
        };
        var reply = await parts.Sender.SendAsync("query", key, (Messages, request),
            static s => s.Messages.QueryAsync(s.request), static reply => reply.Fault, call.CancellationToken);
        if (reply.Fault is { } fault) throw Faults.ToException(fault, key, workflowType, call.RunId, call.Query);
        var result = reply.Result ?? Payload.Null;
        return call.ResultType == typeof(Payload)
            ? result : parts.Options.PayloadConverter.FromPayload(result, call.ResultType);
    }

    /// <inheritdoc/>
    public async Task<TResult> UpdateAsync<TResult>(string update, IReadOnlyList<object?>? arguments, UpdateOptions? options,
        CancellationToken cancellationToken)
    {
        var handle = await SendUpdateAsync<TResult>(UpdateOf(update, arguments, options, cancellationToken), UpdateWait);
        return await handle.GetResultAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IUpdateHandle<TResult>> StartUpdateAsync<TResult>(string update, IReadOnlyList<object?>? arguments,
        UpdateOptions? options, CancellationToken cancellationToken) =>
        await SendUpdateAsync<TResult>(UpdateOf(update, arguments, options, cancellationToken), TimeSpan.Zero);

    /// <inheritdoc/>
    public async Task<TResult> UpdateWithStartAsync<TResult>(object? input, Type inputType, string update,
        IReadOnlyList<object?>? arguments, UpdateOptions? updateOptions, StartOptions? options,
        CancellationToken cancellationToken)
    {
        UpdateHandle<TResult>? sent = null;
        await InterceptStart(input, options, cancellationToken, async start =>
        {
            sent = await InterceptUpdate<TResult>(
                UpdateOf(update, arguments, updateOptions, start.CancellationToken), UpdateWait, (request, token) =>
                {
                    var all = new UpdateWithStartRequest
                    {
                        Start = Request(start, inputType, TimeSpan.Zero) with { TraceParent = ClientTelemetry.TraceParent() },
                        Update = request,
                    };
                    return parts.Sender.SendAsync("update with start", key, (Messages, all,
                        tries: new Tries(isRepeat: RequestKey.Sender is not null)),
                        static s => s.Messages.UpdateWithStartAsync(s.tries.IsFirst() ? s.all : s.all with { IsRepeat = true }),
                        static reply => reply.Fault, token);
                });
            return new StartedRun(sent.RunId ?? default, IsNew: false);
        });
        return sent is null
            ? throw new InvalidRequest("An interceptor kept the update from being sent.")
            : await sent.GetResultAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public IUpdateHandle<TResult> GetUpdate<TResult>(string updateId)
    {
        ArgumentNullException.ThrowIfNull(updateId);
        return new UpdateHandle<TResult>(parts, Messages, key, runId, updateId, null);
    }

    private Task<UpdateHandle<TResult>> SendUpdateAsync<TResult>(UpdateCall update, TimeSpan wait) =>
        InterceptUpdate<TResult>(update, wait, (request, token) => parts.Sender.SendAsync("update", key,
            (Messages, request, tries: new Tries(isRepeat: RequestKey.Sender is not null)),
            static s => s.Messages.UpdateAsync(s.tries.IsFirst() ? s.request : s.request with { IsRepeat = true }),
            static reply => reply.Fault, token));

    private async Task<UpdateHandle<TResult>> InterceptUpdate<TResult>(
        UpdateCall update, TimeSpan wait, Func<UpdateRequest, CancellationToken, Task<UpdateReply>> send)
    {
        UpdateHandle<TResult>? handle = null;
        await InterceptorChain.Call(
            parts.Interceptors, update, static (interceptor, call, next) => interceptor.SendUpdateAsync(call, next), async call =>
            {
                HandlerNames.Check("update name", call.Update);
                CheckSize(call.Arguments, $"arguments of update '{call.Update}'");
                var reply = await send(
                    new UpdateRequest
                    {
                        UpdateId = call.UpdateId, Name = call.Update, Arguments = ToArray(call.Arguments),
                        RunId = call.RunId?.Value, Wait = wait, Headers = ToWire(call.Headers),
                        Request = ClientIdentity.Next(),
                    },
                    call.CancellationToken);
                if (reply.Fault is { } fault) throw Faults.ToException(fault, key, workflowType, call.RunId, call.Update);
                handle = new UpdateHandle<TResult>(parts, Messages, key, new RunId(reply.RunId), call.UpdateId, reply);
            });
        return handle ?? throw new InvalidRequest("An interceptor kept the update from being sent.");
    }

    private UpdateCall UpdateOf(
        string update, IReadOnlyList<object?>? arguments, UpdateOptions? options, CancellationToken cancellationToken) => new()
        {
            Key = key, RunId = runId, Update = update, UpdateId = options?.UpdateId ?? (RequestKey.Sender ?? Chance.NewGuid())
                .ToString("N"),
            Arguments = Encode(arguments, update), CancellationToken = cancellationToken,
        };

    private static Payload[] ToArray(IReadOnlyList<Payload> payloads) => payloads as Payload[] ?? [.. payloads];

    private static Dictionary<string, string>? ToWire(IReadOnlyDictionary<string, string> headers) =>
        headers.Count == 0 ? null : new Dictionary<string, string>(headers);

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

    private void CheckSize(IReadOnlyList<Payload> payloads, string what)
    {
        var size = 0L;
        foreach (var payload in payloads) size += payload.Data.Length;
        if (size > parts.Options.MaximumPayloadBytes) throw new PayloadTooLarge(what, size, parts.Options.MaximumPayloadBytes);
    }

    private sealed class Tries(bool isRepeat)
    {
        private bool _begun = isRepeat;

        public bool IsFirst() => !_begun && (_begun = true);
    }
}
