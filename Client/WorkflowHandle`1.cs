using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>Both kinds of handles: typed ones know their shape, untyped ones only where the client was told of it.</summary>
internal sealed partial class WorkflowHandle<TWorkflow>(
    ClientParts parts, WorkflowKey key, RunId? runId, string? workflowType, WorkflowShape? shape)
    : IWorkflowHandle<TWorkflow>, IUntypedWorkflowHandle where TWorkflow : Workflow
{
    /// <summary>How long a start may wait for the run's end before it answers; the engine allows 20 s.</summary>
    private static readonly TimeSpan StartWait = TimeSpan.FromSeconds(20);

    private const int MaximumReasonLength = 4000;

    private readonly IWorkflowGrain _grain = parts.Grains.GetGrain<IWorkflowGrain>(key.ToGrainKey());

    /// <inheritdoc/>
    public WorkflowKey Key => key;

    /// <inheritdoc/>
    public RunId? RunId => runId;

    /// <inheritdoc/>
    public string? WorkflowType => workflowType;

    /// <inheritdoc/>
    public Task<StartedRun> StartAsync(
        object? input, Type inputType, StartOptions? options, CancellationToken cancellationToken) =>
        InterceptStart(input, options, cancellationToken, async call =>
        {
            var reply = await SendStartAsync(Request(call, inputType, TimeSpan.Zero), call.CancellationToken);
            return new StartedRun(new RunId(reply.RunId), reply.IsNew);
        });

    /// <inheritdoc/>
    public Task<StartedRun> StartAsync(object? input, StartOptions? options, CancellationToken cancellationToken) =>
        StartAsync(input, InputTypeOf(input), options, cancellationToken);

    /// <inheritdoc/>
    public async Task<object?> GetResultAsync(Type resultType, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resultType);
        return await InterceptResult(runId, resultType, cancellationToken, async call =>
            Decode(await parts.Results.WaitAsync(key, call.RunId, null, call.CancellationToken), call.ResultType));
    }

    /// <inheritdoc/>
    public async Task<TResult> GetResultAsync<TResult>(CancellationToken cancellationToken) =>
        (TResult)(await GetResultAsync(typeof(TResult), cancellationToken))!;

    /// <inheritdoc/>
    public async Task<object?> ExecuteAsync(
        object? input, Type inputType, Type resultType, StartOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resultType);
        StartReply? started = null;
        var run = await InterceptStart(input, options, cancellationToken, async call =>
        {
            started = await SendStartAsync(Request(call, inputType, StartWait), call.CancellationToken);
            return new StartedRun(new RunId(started.RunId), started.IsNew);
        });
        return await InterceptResult(run.RunId, resultType, cancellationToken, async call =>
        {
            var known = started is { } reply && call.RunId?.Value == reply.RunId ? OpenOrNull(reply.Result) : null;
            return Decode(known is { IsFinal: true, ContinuedTo: null }
                ? known : await parts.Results.WaitAsync(key, call.RunId, known, call.CancellationToken), call.ResultType);
        });
    }

    /// <inheritdoc/>
    public async Task<TResult> ExecuteAsync<TResult>(object? input, StartOptions? options, CancellationToken cancellationToken) =>
        (TResult)(await ExecuteAsync(input, InputTypeOf(input), typeof(TResult), options, cancellationToken))!;

    /// <inheritdoc/>
    public Task<WorkflowDescription> DescribeAsync(CancellationToken cancellationToken) => InterceptorChain.Call(
        parts.Interceptors,
        new DescribeCall { Key = key, RunId = runId, CancellationToken = cancellationToken },
        static (interceptor, call, next) => interceptor.DescribeAsync(call, next),
        call => DescribeAsync(call.RunId, call.CancellationToken));

    private async Task<WorkflowDescription> DescribeAsync(RunId? run, CancellationToken cancellationToken)
    {
        var reply = await parts.Sender.SendAsync(
            "description",
            key,
            (_grain, Request: new DescribeRequest(run?.Value)),
            static s => s._grain.DescribeAsync(s.Request),
            static reply => reply.Fault,
            cancellationToken);
        return Checked(reply, reply.Fault).Description!;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<HistoryEntry> GetHistoryAsync(long fromSequence, CancellationToken cancellationToken)
    {
        CheckSequence(fromSequence);
        return InterceptorChain.Call(
            parts.Interceptors,
            new HistoryCall { Key = key, RunId = runId, FromSequence = fromSequence, CancellationToken = cancellationToken },
            static (interceptor, call, next) => interceptor.GetHistoryAsync(call, next),
            call =>
            {
                CheckSequence(call.FromSequence);
                return ReadHistoryAsync(call.RunId, call.FromSequence, call.CancellationToken);
            });
    }

    /// <inheritdoc/>
    public Task CancelAsync(string? reason, CancellationToken cancellationToken) => InterceptorChain.Call(
        parts.Interceptors,
        new ControlCall { Key = key, RunId = runId, Reason = reason, CancellationToken = cancellationToken },
        static (interceptor, call, next) => interceptor.CancelAsync(call, next),
        call => ControlAsync("cancellation", call, static (grain, request) => grain.CancelAsync(request)));

    /// <inheritdoc/>
    public Task TerminateAsync(string? reason, CancellationToken cancellationToken) => InterceptorChain.Call(
        parts.Interceptors,
        new ControlCall { Key = key, RunId = runId, Reason = reason, CancellationToken = cancellationToken },
        static (interceptor, call, next) => interceptor.TerminateAsync(call, next),
        call => ControlAsync("termination", call, static (grain, request) => grain.TerminateAsync(request)));

    /// <inheritdoc/>
    public override string ToString() => runId is { } run ? $"{key} (run {run})" : key.ToString();

    /// <summary>A wait that ended in a fault is begun anew; only an open run's answer, which names a hub, is of use.</summary>
    private static ResultReply? OpenOrNull(ResultReply? reply) => reply is { Fault: null } ? reply : null;

    private static void CheckSequence(long from)
    {
        if (from < 1) throw new InvalidRequest($"History begins with event 1; {from} was asked for.");
    }

    private async IAsyncEnumerable<HistoryEntry> ReadHistoryAsync(
        RunId? run, long fromSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new HistoryRequest(run?.Value, fromSequence);
        while (true)
        {
            var page = await parts.Sender.SendAsync(
                "history",
                key,
                (_grain, request),
                static s => s._grain.GetHistoryAsync(s.request),
                static reply => reply.Fault,
                cancellationToken);
            Checked(page, page.Fault);
            foreach (var chunk in page.Chunks)
            {
                foreach (var entry in HistoryReader.Read(chunk))
                    if (entry.Sequence >= fromSequence) yield return entry;
            }

            if (page.NextSequence is not { } next) yield break;
            request = new HistoryRequest(page.RunId, next); // Later pages are of the same run, even if a new one has begun.
        }
    }

    private async Task ControlAsync(
        string what, ControlCall control, Func<IWorkflowGrain, ControlRequest, Task<ControlReply>> call)
    {
        if (control.Reason is { Length: > MaximumReasonLength } reason)
            throw new InvalidRequest($"The reason has {reason.Length} characters; at most {MaximumReasonLength} are allowed.");
        var request = new ControlRequest
        {
            Request = ClientIdentity.Next(), RunId = control.RunId?.Value, Reason = control.Reason,
        };
        var reply = await parts.Sender.SendAsync(
            what,
            key,
            (_grain, request, call),
            static s => s.call(s._grain, s.request),
            static reply => reply.Fault,
            control.CancellationToken);
        Checked(reply, reply.Fault);
    }

    [SuppressMessage("Design", "CA1068", Justification = "What follows comes last: it is a block at every call.")]
    private Task<StartedRun> InterceptStart(
        object? input, StartOptions? options, CancellationToken cancellationToken, Func<StartCall, Task<StartedRun>> start)
    {
        if (runId is { } run)
            throw new InvalidRequest($"This handle is bound to run {run} of '{key}'; start through a handle without a run.");
        if (workflowType is null)
            throw new InvalidRequest($"The handle of '{key}' names no workflow type; give one to GetWorkflow to start it.");
        var call = new StartCall
        {
            Key = key,
            WorkflowType = workflowType,
            Input = input,
            Options = options ?? StartOptions.Default,
            CancellationToken = cancellationToken,
        };
        return InterceptorChain.Call(
            parts.Interceptors, call, static (interceptor, call, next) => interceptor.StartAsync(call, next), start);
    }

    [SuppressMessage("Design", "CA1068", Justification = "What follows comes last: it is a block at every call.")]
    private Task<object?> InterceptResult(
        RunId? run, Type resultType, CancellationToken cancellationToken, Func<ResultCall, Task<object?>> wait) =>
        InterceptorChain.Call(
            parts.Interceptors,
            new ResultCall { Key = key, RunId = run, ResultType = resultType, CancellationToken = cancellationToken },
            static (interceptor, call, next) => interceptor.GetResultAsync(call, next),
            wait);

    private StartRequest Request(StartCall call, Type inputType, TimeSpan wait)
    {
        ArgumentNullException.ThrowIfNull(inputType);
        var (input, options) = (call.Input, call.Options);
        shape?.CheckInput(input);
        var payload = input as Payload ?? parts.Options.PayloadConverter.ToPayload(input, inputType);
        if (payload.Data.Length > parts.Options.MaximumPayloadBytes)
            throw new PayloadTooLarge("input", payload.Data.Length, parts.Options.MaximumPayloadBytes);
        return new StartRequest
        {
            Request = ClientIdentity.Next(),
            WorkflowType = call.WorkflowType,
            Input = payload,
            Wait = wait,
            IdReuse = options.IdReuse,
            IdConflict = options.IdConflict,
            Version = options.Version,
            RunTimeout = options.RunTimeout,
            ExecutionTimeout = options.ExecutionTimeout,
            StartDelay = options.StartDelay,
            Headers = options.Headers.Count == 0 ? null : new Dictionary<string, string>(options.Headers),
        };
    }

    private async Task<StartReply> SendStartAsync(StartRequest request, CancellationToken cancellationToken)
    {
        using var span = ClientTelemetry.StartSpan(workflowType, key.Id.Value);
        if (ClientTelemetry.TraceParent() is { } parent) request = request with { TraceParent = parent };
        var sent = RequestKey.Sender is not null; // by whoever used the key before
        var reply = await parts.Sender.SendAsync(
            "start",
            key,
            request,
            start =>
            {
                var isRepeat = sent;
                sent = true;
                return _grain.StartAsync(isRepeat ? start with { IsRepeat = true } : start);
            },
            static reply => reply.Fault,
            cancellationToken);
        return Checked(reply, reply.Fault);
    }

    private Type InputTypeOf(object? input) => shape?.Input ?? input?.GetType() ?? typeof(object);

    private object? Decode(ResultReply reply, Type type)
    {
        Checked(reply, reply.Fault);
        if (reply.Status == WorkflowStatus.Completed)
        {
            var result = reply.Result ?? Payload.Null;
            return type == typeof(Payload) ? result : parts.Options.PayloadConverter.FromPayload(result, type);
        }

        var failure = reply.Failure;
        throw new WorkflowFailed(
            key,
            new RunId(reply.RunId),
            reply.Status,
            failure?.Message ?? "no failure is recorded",
            failure is null ? null : RecordedFailures.ToException(failure));
    }

    private TReply Checked<TReply>(TReply reply, Fault? fault) =>
        fault is null ? reply : throw Faults.ToException(fault, key, workflowType, runId);
}
