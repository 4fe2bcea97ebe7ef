using System.Diagnostics.CodeAnalysis;
using Orchestration.Grains.Kernel.History;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Execution;

/// <summary>The engine as a run's code sees it.</summary>
[SuppressMessage("Design", "CA1001",
    Justification = "The token source has neither timer nor handle, and abandoned code may still hold its token.")]
internal sealed partial class RunContext(WorkflowRun run) : WorkflowContext
{
    private CancellationTokenSource? _cancellation;
    private SeededRandom? _random;
    private SeededRandom? _guids;

    public override WorkflowKey Key => run.Started.Key;

    public override RunId RunId => run.Started.RunId;

    public override string WorkflowType => run.Started.WorkflowType;

    public override DateTimeOffset UtcNow
    {
        get
        {
            run.RequireTurn();
            return run.CodeTime;
        }
    }

    public override bool IsReplaying
    {
        get
        {
            run.RequireTurn();
            return run.IsReplaying;
        }
    }

    public override long HistoryLength
    {
        get
        {
            run.RequireTurn();
            return run.CodePosition;
        }
    }

    public override CancellationToken CancellationToken
    {
        get
        {
            run.RequireTurn();
            if (CancellationScope.Current is { } scope) return scope.Token;
            if (_cancellation is null)
            {
                _cancellation = new CancellationTokenSource();
                if (run.IsCancelRequested) _cancellation.Cancel();
            }

            return _cancellation.Token;
        }
    }

    public override Random Random
    {
        get
        {
            run.RequireTurn();
            run.RequireWritable("draw a random number");
            return _random ??= new SeededRandom((ulong)run.Started.Seed);
        }
    }

    public IPayloadConverter Converter => run.Settings.Converter;

    public override Guid NewGuid()
    {
        run.RequireTurn();
        run.RequireWritable("make a GUID");

        // A stream of its own, so that code may ask for more random numbers without changing its ids, and the other way round.
        _guids ??= new SeededRandom(~(ulong)run.Started.Seed);
        return _guids.NextGuid();
    }

    public override Task DelayAsync(TimeSpan duration, CancellationToken? cancellationToken = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        return run.IsIntercepted
            ? run.Intercept(
                new TimerCall { Context = this, Duration = duration, CancellationToken = cancellationToken },
                static (interceptor, call, next) => interceptor.DelayAsync(call, next),
                call => StartTimer(call.Duration, call.CancellationToken))
            : StartTimer(duration, cancellationToken);
    }

    private Task StartTimer(TimeSpan duration, CancellationToken? cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        var waiter = new VoidWaiter();
        if (!run.MayCommand()) return waiter.Task;
        if (IsCanceled(cancellationToken, out var own)) return Task.FromException(CanceledBefore("The timer"));
        var at = run.CommandTime;
        var machine = run.StartTimer(new TimerStarted { At = at, Command = run.NextCommand, DueAt = Times.After(at, duration) });
        if (machine is null) return waiter.Task;
        machine.Waiter = waiter;
        machine.FollowsRun = own is null;
        if (own is { CanBeCanceled: true } token)
            waiter.Registration = run.OnCancel(machine.Command, static (r, command) => r.CancelTimer(command), token);
        return waiter.Task;
    }

    public override TActivities Activities<TActivities>(ActivityOptions options)
    {
        run.RequireTurn();
        return ActivityProxy.Create<TActivities>(this, ActivityCalls.Of(options));
    }

    public override Task<TResult> ExecuteActivityAsync<TResult>(string activityType, IReadOnlyList<object?> arguments,
        ActivityOptions options)
    {
        var waiter = new ValueWaiter<TResult>(Converter);
        ScheduleByName(activityType, arguments, ActivityCalls.Of(options), waiter);
        return waiter.Task;
    }

    public override Task ExecuteActivityAsync(string activityType, IReadOnlyList<object?> arguments, ActivityOptions options)
    {
        var waiter = new VoidWaiter();
        ScheduleByName(activityType, arguments, ActivityCalls.Of(options), waiter);
        return waiter.Task;
    }

    public override Task WhenAsync(Func<bool> condition, CancellationToken? cancellationToken = null, string? text = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        if (!run.MayCommand()) return new TaskCompletionSource().Task;
        if (run.Conditions.Look(condition)) return Task.CompletedTask;
        if (IsCanceled(cancellationToken, out var own)) return Task.FromException(CanceledBefore("The wait for a condition"));
        var waiting = run.Conditions.Add(condition, followsRun: own is null, text);
        if (own is { CanBeCanceled: true } token)
        {
            waiting.Registration = run.OnCancel(
                0, (r, _) => r.Conditions.Cancel(waiting, WorkflowRun.CanceledFailure("The wait for a condition was cancelled.")),
                    token);
        }

        return waiting.Task;
    }

    /// <summary>Encodes a value that code hands over.</summary>
    /// <exception cref="PayloadConversionFailed">It cannot be encoded.</exception>
    /// <exception cref="PayloadTooLarge">It is over the limit.</exception>
    public Payload Encode(object? value, Type type, string what, string name, string activityType)
    {
        var payload = value as Payload ?? run.Settings.Converter.ToPayload(value, type);
        if (payload.Data.Length > run.Settings.MaximumPayloadBytes)
            throw new PayloadTooLarge($"{what} '{name}' of activity '{activityType}'", payload.Data.Length,
                run.Settings.MaximumPayloadBytes);
        return payload;
    }

    /// <summary>Schedules an activity; the waiter ends with its outcome (never, where the run has stalled).</summary>
    public void Schedule(string activityType, IReadOnlyList<Payload> arguments, ActivityCalls calls,
        CancellationToken? cancellationToken, IWaiter waiter)
    {
        if (run.IsIntercepted) Intercept(activityType, arguments, calls, cancellationToken, waiter);
        else ScheduleNow(activityType, arguments, calls, cancellationToken, waiter);
    }

    private void ScheduleNow(string activityType, IReadOnlyList<Payload> arguments, ActivityCalls calls,
        CancellationToken? cancellationToken, IWaiter waiter)
    {
        if (!run.MayCommand()) return;
        var flow = SagaFlow.Current;
        if (flow is { IsClosed: true })
        {
            waiter.Fail(Saga.ClosedFailure());
            return;
        }

        if (IsCanceled(cancellationToken, out var own))
        {
            waiter.Fail(CanceledBefore($"Activity '{activityType}'"));
            return;
        }

        var asked = new ActivityScheduled
        {
            At = run.CommandTime,
            Command = run.NextCommand,
            ActivityType = activityType,
            Arguments = arguments,
            Settings = SettingsFor(calls.Settings, flow),
            Host = run.IsReplaying || calls.IsLocal ? "" : run.Settings.Placement.ChooseHost(activityType),
            Compensates = flow?.Compensates ?? 0,
            Headers = calls.Headers,
        };
        var machine = calls.LongestBackOff is { } longest ? run.CallLocally(asked, longest) : run.ScheduleActivity(asked);
        if (machine is null) return;
        flow?.Note(machine.Command);
        machine.Waiter = waiter;
        machine.FollowsRun = own is null;
        if (own is { CanBeCanceled: true } token)
            waiter.Registration = run.OnCancel(machine.Command, static (r, command) => r.CancelActivity(command), token);
    }

    /// <summary>Cancels the run's token, where anyone has asked for it.</summary>
    public void Cancel() => _cancellation?.Cancel();

    private void ScheduleByName(string activityType, IReadOnlyList<object?> arguments, ActivityCalls calls, IWaiter waiter)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        run.RequireTurn();
        ActivityNames.Check(activityType);
        var encoded = new Payload[arguments.Count];
        for (var i = 0; i < encoded.Length; i++)
            encoded[i] = Encode(arguments[i], arguments[i]?.GetType() ?? typeof(object), "argument", $"{i + 1}", activityType);
        Schedule(activityType, encoded, calls, calls.Token, waiter);
    }

    internal static Canceled CanceledBefore(string what) =>
        WorkflowRun.CanceledFailure($"{what} was not started: its cancellation token was cancelled before.");
}
