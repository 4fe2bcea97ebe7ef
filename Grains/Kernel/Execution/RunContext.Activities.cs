using Orchestration.Grains.Kernel.History;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Execution;

// Local activities and sagas.
internal sealed partial class RunContext
{
    public override TActivities LocalActivities<TActivities>(LocalActivityOptions options)
    {
        run.RequireTurn();
        return ActivityProxy.Create<TActivities>(this, ActivityCalls.Of(options));
    }

    public override Task<TResult> ExecuteLocalActivityAsync<TResult>(string activityType, IReadOnlyList<object?> arguments,
        LocalActivityOptions options)
    {
        var waiter = new ValueWaiter<TResult>(Converter);
        ScheduleByName(activityType, arguments, ActivityCalls.Of(options), waiter);
        return waiter.Task;
    }

    public override Task ExecuteLocalActivityAsync(string activityType, IReadOnlyList<object?> arguments,
        LocalActivityOptions options)
    {
        var waiter = new VoidWaiter();
        ScheduleByName(activityType, arguments, ActivityCalls.Of(options), waiter);
        return waiter.Task;
    }

    internal override long RegisterCompensation(long saga, string name) => run.RegisterCompensation(saga, name);

    internal override void StartCompensation(long command) => run.StartCompensation(command);

    internal override void EndCompensation(long command, Exception? failure) =>
        run.EndCompensation(command, failure is null ? null : FailureRecorder.Of(failure, Converter) with { StackTrace = null });

    internal override void CompleteSaga(long saga) => run.CompleteSaga(saga);

    internal override bool IsFailure(Exception e) => run.IsFailure(e);

    internal override Task StallOnAsync(Exception e)
    {
        run.StallBy(e);
        return new TaskCompletionSource().Task;
    }

    internal override Task SettleAsync(IReadOnlyList<long> activities)
    {
        run.CancelSteps(activities);
        return WhenAsync(() => AllEnded(activities), CancellationToken.None);
    }

    internal override Task RunShieldedAsync(SagaFlow flow, Func<Task> code)
    {
        var outer = SagaFlow.Current;
        SagaFlow.Current = flow;
        try
        {
            return DetachedAsync(code);
        }
        finally
        {
            SagaFlow.Current = outer;
        }
    }

    private bool AllEnded(IReadOnlyList<long> activities)
    {
        for (var i = 0; i < activities.Count; i++)
            if (run.IsPending(activities[i])) return false;
        return true;
    }

    private static ActivitySettings SettingsFor(ActivitySettings settings, SagaFlow? flow) =>
        flow is { WaitsForCanceled: true } && settings.Cancellation == ActivityCancellationType.TryCancel
            ? settings with { Cancellation = ActivityCancellationType.WaitCancellationCompleted }
            : settings;
}
