using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.OrderFulfillment.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Samples.Tests.OrderFulfillment;

/// <summary>The workflow on the kernel alone: a test says how each activity ends, and sees which ones were called.</summary>
internal sealed class OrderScript : IActivityPlacement
{
    private readonly Dictionary<string, Queue<Func<ActivityOutcome?>>> _outcomes = [];
    private readonly Queue<Stimulus> _pending = new();
    private readonly WorkflowRun _run;
    private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public OrderScript() =>
        _run = new WorkflowRun(new RunSettings { Workflows = new WorkflowCatalog([typeof(FulfillOrder)]), Placement = this });

    /// <summary>The attempts that were dispatched, in order.</summary>
    public List<string> Calls { get; } = [];

    public WorkflowStatus Status => _run.Status;

    public OrderResult Result => (OrderResult)JsonPayloadConverter.Default.FromPayload(
        ((RunCompleted)_run.ClosingEvent!).Result, typeof(OrderResult))!;

    /// <summary>The next attempt of an activity ends like this; those that nobody speaks of complete.</summary>
    public OrderScript When(string activity, Func<OrderScript, ActivityOutcome?> outcome, int times = 1)
    {
        if (!_outcomes.TryGetValue(activity, out var queue)) _outcomes[activity] = queue = new();
        for (var i = 0; i < times; i++) queue.Enqueue(() => outcome(this));
        return this;
    }

    public static ActivityOutcome Fails(string type, bool forGood = true) => new ActivityOutcome.Failed(
        new FailureInfo { Kind = FailureKind.Application, Message = type, Type = type, NonRetryable = forGood });

    /// <summary>Asks the run to cancel while an attempt is under way, whose outcome never comes.</summary>
    public ActivityOutcome? Cancel()
    {
        _pending.Enqueue(new RequestCancel("the customer changed their mind", null));
        return null;
    }

    public OrderScript Run(Order order)
    {
        var input = JsonPayloadConverter.Default.ToPayload(order, typeof(Order));
        _pending.Enqueue(new StartRun(
            new WorkflowKey(WorkflowKey.DefaultNamespace, new WorkflowId("order-1")), new RunId(new Guid(1, 0, 0, new byte[8])),
            "order-fulfillment", input, 7, null, null));
        while (!_run.IsClosed)
        {
            if (!_pending.TryDequeue(out var stimulus))
            {
                _now = _run.NextWakeAt
                    ?? throw new InvalidOperationException($"The run waits for nothing: {_run.Status} {_run.Stall}");
                stimulus = AdvanceTime.Instance;
            }

            foreach (var effect in _run.Advance([stimulus], _now).Effects)
                if (effect is DispatchActivity attempt) Dispatch(attempt);
        }

        return this;
    }

    public string ChooseHost(string activityType) => "silo";

    public bool IsAlive(string host) => true;

    private void Dispatch(DispatchActivity attempt)
    {
        Calls.Add(attempt.ActivityType);
        var outcome = _outcomes.TryGetValue(attempt.ActivityType, out var queue) && queue.TryDequeue(out var next)
            ? next()
            : new ActivityOutcome.Completed(
                JsonPayloadConverter.Default.ToPayload($"{attempt.ActivityType} result", typeof(string)));
        if (outcome is not null) _pending.Enqueue(new ReportActivity(attempt.Command, attempt.Attempt, outcome));
    }
}
