using System.Reflection;
using Orchestration.Grains.Kernel.History;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Execution;

// Children, other workflows, continuing as new, scopes.
internal sealed partial class RunContext
{
    private const int LongestName = 200;
    private const int LongestReason = 4_000;

    public override ParentInfo? Parent => run.Started.Parent is { } p ? new ParentInfo(p.Key, p.RunId) : null;

    public override RunId? ContinuedFrom => run.Started.ContinuedFrom;

    public override bool ShouldContinueAsNew
    {
        get
        {
            run.RequireTurn();
            var hint = run.Started.Hint ?? ContinueHint.Default;
            return run.CodePosition >= hint.Events || run.CodeBytes >= hint.Bytes;
        }
    }

    public override long HistoryBytes
    {
        get
        {
            run.RequireTurn();
            return run.CodeBytes;
        }
    }

    public override IChildWorkflow<TWorkflow> Child<TWorkflow>(string? id = null, ChildOptions? options = null) =>
        Child<TWorkflow>(typeof(TWorkflow).GetCustomAttribute<WorkflowAttribute>()?.Name ?? typeof(TWorkflow).Name, id, options);

    public override IChildWorkflow Child(string workflowType, string? id = null, ChildOptions? options = null) =>
        Child<Workflow>(workflowType, id, options);

    public override IExternalWorkflow GetExternalWorkflow(WorkflowKey key, RunId? runId = null) =>
        GetExternalWorkflow<Workflow>(key, runId);

    public override IExternalWorkflow<TWorkflow> GetExternalWorkflow<TWorkflow>(WorkflowKey key, RunId? runId = null)
    {
        run.RequireTurn();
        if (key == default) throw new InvalidRequest("The key names no workflow.");
        return new ExternalWorkflow<TWorkflow>(run, this, key, runId);
    }

    public override ContinueAsNew ContinueAsNew(string workflowType, object? input)
    {
        run.RequireTurn();
        CheckName("workflow type", workflowType);
        var encoded = Encode(input, input?.GetType() ?? typeof(object), "input of the continued run");
        return run.IsIntercepted
            ? run.Intercept(
                new ContinueAsNewCall { Context = this, WorkflowType = workflowType, Input = encoded },
                static (interceptor, call, next) => interceptor.ContinueAsNew(call, next),
                static call => new ContinueAsNew(call.WorkflowType, call.Input))
            : new ContinueAsNew(workflowType, encoded);
    }

    /// <summary>Sends a signal; to be called where code may command.</summary>
    public Task Signal(WorkflowKey key, RunId? runId, string signal, IReadOnlyList<object?> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        CheckName("signal", signal);
        var encoded = new Payload[arguments.Count];
        for (var i = 0; i < encoded.Length; i++)
        {
            encoded[i] = Encode(arguments[i], arguments[i]?.GetType() ?? typeof(object),
                $"argument {i + 1} of signal '{signal}'");
        }

        return run.IsIntercepted
            ? run.Intercept(
                new SignalExternalCall { Context = this, Key = key, RunId = runId, Signal = signal, Arguments = encoded },
                static (interceptor, call, next) => interceptor.SignalExternalAsync(call, next),
                SendSignal)
            : SendSignal(key, runId, signal, encoded, null);
    }

    private Task SendSignal(SignalExternalCall call) =>
        SendSignal(call.Key, call.RunId, call.Signal, call.Arguments, ChildStarts.CheckHeaders(call.Headers));

    private Task SendSignal(WorkflowKey key, RunId? runId, string signal, IReadOnlyList<Payload> arguments,
        IReadOnlyDictionary<string, string>? headers) => !run.MayCommand() ? new TaskCompletionSource().Task
        : run.SendExternal(new ExternalSignalRequested
        {
            At = run.CommandTime, Command = run.NextCommand, Key = key, RunId = runId, Name = signal, Arguments = arguments,
            Headers = headers,
        });

    /// <summary>Asks another workflow to cancel; to be called where code may command.</summary>
    public Task CancelOther(WorkflowKey key, RunId? runId, string? reason)
    {
        CheckReason(reason);
        var call = new CancelExternalCall { Context = this, Key = key, RunId = runId, Reason = reason };
        return run.IsIntercepted
            ? run.Intercept(call, static (interceptor, call, next) => interceptor.CancelExternalAsync(call, next), SendCancel)
            : SendCancel(call);
    }

    private Task SendCancel(CancelExternalCall call) => !run.MayCommand() ? new TaskCompletionSource().Task
        : run.SendExternal(new ExternalCancelRequested
        {
            At = run.CommandTime, Command = run.NextCommand, Key = call.Key, RunId = call.RunId, Reason = call.Reason,
        });

    /// <summary>Encodes a value that code hands over.</summary>
    /// <exception cref="PayloadConversionFailed">It cannot be encoded.</exception>
    /// <exception cref="PayloadTooLarge">It is over the limit.</exception>
    public Payload Encode(object? value, Type type, string what)
    {
        var payload = value as Payload ?? run.Settings.Converter.ToPayload(value, type);
        return payload.Data.Length <= run.Settings.MaximumPayloadBytes
            ? payload
            : throw new PayloadTooLarge(what, payload.Data.Length, run.Settings.MaximumPayloadBytes);
    }

    /// <summary>Whether what is about to be asked for is cancelled already.</summary>
    /// <param name="given">The token that code gave.</param>
    /// <param name="own">The token that cancels it; null where that is the run's own cancellation.</param>
    public bool IsCanceled(CancellationToken? given, out CancellationToken? own)
    {
        own = given ?? CancellationScope.Current?.Token;
        if (own is { } token && _cancellation is { } runs && token == runs.Token) own = null;
        return own?.IsCancellationRequested ?? run.IsCancelRequested;
    }

    public static void CheckReason(string? reason)
    {
        if (reason is { Length: > LongestReason })
            throw new InvalidRequest($"The reason has {reason.Length} characters; at most {LongestReason} are allowed.");
    }

    private ChildWorkflow<TWorkflow> Child<TWorkflow>(string workflowType, string? id, ChildOptions? options)
        where TWorkflow : Workflow
    {
        run.RequireTurn();
        CheckName("workflow type", workflowType);
        if (id is not null && new WorkflowId(id) == run.Started.Key.Id)
            throw new InvalidRequest($"The child has its parent's id '{id}'; choose another one.");
        options ??= ChildOptions.Default;
        if (options.Retry is { } retry) ActivityCalls.Check(retry);
        return new ChildWorkflow<TWorkflow>(run, this, workflowType, id, new ChildSettings
        {
            OnParentClose = Defined(options.ParentClosePolicy),
            Cancellation = Defined(options.CancellationType),
            IdReuse = Defined(options.IdReuse),
            Retry = options.Retry,
            Start = ChildStarts.Of(options),
            Headers = options.Headers.Count > 0 ? options.Headers : null,
        }, options.CancellationToken);
    }

    private static T Defined<T>(T value) where T : struct, Enum =>
        Enum.IsDefined(value) ? value : throw new InvalidRequest($"{value} is no {typeof(T).Name}.");

    private static void CheckName(string what, string name)
    {
        if (Identifiers.Problem(name, LongestName) is { } problem) throw new InvalidIdentifier(what, name, problem);
    }
}
