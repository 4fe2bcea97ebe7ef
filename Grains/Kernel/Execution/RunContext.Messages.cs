using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Messages;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Execution;

internal sealed partial class RunContext
{
    private Payload? _status;
    private WorkflowProgress? _progress;

    public override bool AllHandlersFinished
    {
        get
        {
            run.RequireTurn();
            return run.AllHandlersFinished;
        }
    }

    public override void OnAnySignal(Func<string, IReadOnlyList<Payload>, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (run.MayCommand()) run.OnSignal(null, MessageHandler.CatchAll(handler));
    }

    public override T Decode<T>(Payload payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        run.RequireTurn();
        return (T)Converter.FromPayload(payload, typeof(T))!;
    }

    public override void SetStatus(object? status)
    {
        if (!run.MayCommand()) return;
        _status = status is null ? null : Encode(status, status.GetType(), "custom status of", run.Started.WorkflowType);
        run.SetStatus(_status, _progress);
    }

    public override void ReportProgress(double done, double? total = null, string? message = null)
    {
        if (!run.MayCommand()) return;
        _progress = new WorkflowProgress(done, total, message);
        run.SetStatus(_status, _progress);
    }

    public override CompletionToken<T> CreateToken<T>(string name = "")
    {
        ArgumentNullException.ThrowIfNull(name);
        var waiter = new ValueWaiter<T>(Converter);
        if (!run.MayCommand()) return new CompletionToken<T>(this, name, "", waiter.Task, static () => { });
        var machine = run.CreateToken(new TokenCreated
        {
            At = run.CommandTime, Command = run.NextCommand, Name = name,
            Secret = run.IsReplaying ? "" : run.Settings.NewSecret(),
        });
        if (machine is null) return new CompletionToken<T>(this, name, "", waiter.Task, static () => { });
        machine.Waiter = waiter;
        var text = TokenText.Of(new TokenText(Key, RunId, machine.Command, machine.Secret));
        return new CompletionToken<T>(this, name, text, waiter.Task, () =>
        {
            if (run.MayCommand()) run.RevokeToken(machine.Command);
        });
    }

    private protected override void OnSignal(string name, Type[] parameters, Func<object?[], object?> handler)
    {
        HandlerNames.Check("signal name", name);
        if (run.MayCommand()) run.OnSignal(name, MessageHandler.Of($"signal '{name}'", parameters, handler));
    }

    private protected override void OnUpdate(string name, Type[] parameters, Func<object?[], Task<object?>> handler, Type? result,
        Action<object?[]>? validator)
    {
        HandlerNames.Check("update name", name);
        if (!run.MayCommand()) return;
        run.OnUpdate(name, MessageHandler.Of($"update '{name}'", parameters, handler, result, validator));
    }

    private protected override void OnQuery(string name, Type[] parameters, Func<object?[], object?> handler, Type result)
    {
        HandlerNames.Check("query name", name);
        if (run.MayCommand()) run.OnQuery(name, MessageHandler.Of($"query '{name}'", parameters, handler, result));
    }

    internal override IPayloadConverter PayloadConverter => Converter;

    private Payload Encode(object value, Type type, string what, string name)
    {
        var payload = value as Payload ?? Converter.ToPayload(value, type);
        return payload.Data.Length <= run.Settings.MaximumPayloadBytes ? payload : throw new PayloadTooLarge(
            $"{what} '{name}'", payload.Data.Length, run.Settings.MaximumPayloadBytes);
    }
}
