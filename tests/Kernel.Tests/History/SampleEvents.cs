using Orchestration.Grains.Kernel.History;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.History;

/// <summary>One event of every form, with every property set.</summary>
internal static class SampleEvents
{
    private static readonly DateTimeOffset At = Harness.Epoch.AddMilliseconds(1);

    private static readonly RequestId Request = new(new Guid("00112233-4455-6677-8899-aabbccddeeff"), 12);

    private static readonly MessageSource Source = new(new WorkflowKey("shop", new WorkflowId("cart-7")), Harness.RunId, 12);

    private static readonly RunCarry Carry = new()
    {
        Messages = new MessageCarry
        {
            Signals = [new CarriedSignal { Name = "approve", Arguments = [Harness.Json("bob")] }],
            Senders = [new SenderRecord { Sender = Harness.RunId.Value, IsRun = true, Floor = 3, Taken = [5, 7], LastAt = At }],
        },
        Owed =
        [
            new RunMessage
            {
                Kind = RunMessageKind.StartChild, Source = Source, Target = new WorkflowKey("a"), TargetRun = Harness.RunId,
                Name = "ship", Arguments = [Harness.Json(1)], IdReuse = WorkflowIdReusePolicy.RejectDuplicate,
            },
            new RunMessage
            {
                Kind = RunMessageKind.ChildOutcome, Source = Source, Target = new WorkflowKey("b"), TargetRun = Harness.RunId,
                ChildRun = Harness.RunId, Status = WorkflowStatus.Completed, Result = Harness.Json(2),
            },
            new RunMessage
            {
                Kind = RunMessageKind.Terminate, Source = Source, Target = new WorkflowKey("c"), TargetRun = Harness.RunId,
                Reason = "over", Failure = new FailureInfo { Kind = FailureKind.ChildWorkflow, Message = "m", WorkflowId = "c",
                    WorkflowType = "ship", Status = WorkflowStatus.Terminated },
            },
        ],
    };

    private static readonly Dictionary<string, string> Headers = new() { ["tenant"] = "acme" };

    private static readonly FailureInfo Failure = new()
    {
        Kind = FailureKind.Application,
        Message = "the card was \"declined\" – später",
        Type = "CardDeclined",
        StackTrace = "   at Shop.Charge()\n   at Shop.Pay()",
        NonRetryable = true,
        NextRetryDelay = TimeSpan.FromTicks(12_345),
        Details = Harness.Json(new { code = 51 }),
        Cause = new FailureInfo { Kind = FailureKind.Timeout, Message = "slow", Timeout = TimeoutKind.Heartbeat },
    };

    public static IReadOnlyDictionary<string, HistoryEvent> All { get; } = new Dictionary<string, HistoryEvent>
    {
        ["run-started"] = new RunStarted
        {
            At = At, Key = new WorkflowKey("shop", new WorkflowId("order-42")), RunId = Harness.RunId,
            WorkflowType = "order-fulfillment",
            Input = Harness.Json(new { id = 10248, lines = new[] { 1, 2 } }), Seed = -7, Request = Request,
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", Flags = 1,
        },
        ["run-started-delayed"] = new RunStarted
        {
            At = At, Key = new WorkflowKey("shop", new WorkflowId("order-42")), RunId = Harness.RunId, WorkflowType = "order",
            Input = Harness.Json(1), Seed = 7, Version = 3, Pinned = true, RunTimeout = TimeSpan.FromHours(1),
            ExecutionDeadline = At.AddDays(1), StartAt = At.AddSeconds(30),
            Headers = new Dictionary<string, string> { ["tenant"] = "acme" },
            Previous = new RunId(new Guid(41, 0, 0, new byte[8])),
        },
        ["run-timed-out"] = new RunTimedOut
        {
            At = At, Failure = new FailureInfo { Kind = FailureKind.Timeout, Timeout = TimeoutKind.Execution, Message = "slow" },
        },
        ["start-delay-ended"] = new StartDelayEnded { At = At, Request = Request },
        ["patch-marked"] = new PatchMarked { At = At, PatchId = "tax-2026", Deprecated = true },
        ["run-cancel-requested"] = new RunCancelRequested { At = At, Reason = "out of stock", Request = Request },
        ["run-completed"] = new RunCompleted { At = At, Result = Harness.Json("done") },
        ["run-failed"] = new RunFailed
        {
            At = At, Failure = new FailureInfo
            {
                Kind = FailureKind.Activity, Message = "gone", ActivityType = "pay",
                Attempts = 3, Cause = Failure
            },
        },
        ["run-canceled"] = new RunCanceled
        {
            At = At, Failure = new FailureInfo
            {
                Kind = FailureKind.Canceled,
                Message = "enough"
            }
        },
        ["run-terminated-for-next"] = new RunTerminated
        {
            At = At, Reason = "replaced", Request = Request,
            Next = new PromisedRun
            {
                RunId = Harness.RunId, WorkflowType = "order", Input = Harness.Json(1), Request = Request,
                TraceParent = "00-1-2-01",
                Version = 2, RunTimeout = TimeSpan.FromMinutes(1), ExecutionTimeout = TimeSpan.FromHours(1),
                StartDelay = TimeSpan.FromSeconds(1), Headers = new Dictionary<string, string> { ["tenant"] = "acme" },
            },
        },
        ["run-terminated-for-next-with-signal"] = new RunTerminated
        {
            At = At,
            Next = new PromisedRun
            {
                RunId = Harness.RunId, WorkflowType = "order", Input = Harness.Json(1),
                Messages = new MessageCarry
                {
                    Signals = [new CarriedSignal { Name = "add", Arguments = [Harness.Json("a")] }],
                    Senders = [new SenderRecord { Sender = Request.Client, Taken = [1], LastAt = At }],
                },
            },
        },
        ["run-terminated"] = new RunTerminated { At = At, Reason = "by the operator", Request = Request },
        ["activity-scheduled"] = new ActivityScheduled
        {
            At = At, Command = 3, ActivityType = "Payments.Charge", Host = "10.0.0.1:11111@5",
            Arguments = [Harness.Json(12.5), new Payload(new byte[] { 1, 2, 255 }, new Dictionary<string,
                string> { ["encoding"] = "binary/plain" })],
            Settings = new ActivitySettings
            {
                StartToClose = TimeSpan.FromSeconds(30), ScheduleToClose = TimeSpan.FromMinutes(5),
                ScheduleToStart = TimeSpan.FromSeconds(10),
                Heartbeat = TimeSpan.FromSeconds(5), Cancellation = ActivityCancellationType.WaitCancellationCompleted,
                Retry = new RetryPolicy
                {
                    InitialInterval = TimeSpan.FromMilliseconds(200), BackoffCoefficient = 1.5,
                    MaximumInterval = TimeSpan.FromSeconds(9),
                    MaximumAttempts = 4, NonRetryableErrorTypes = ["CardDeclined", "System.ArgumentException"],
                },
            },
        },
        ["activity-retry-scheduled"] = new ActivityRetryScheduled
        {
            At = At, Command = 3, Attempt = 2, DueAt = At.AddSeconds(1), Host = "10.0.0.2:11111@9", LastFailure = Failure,
        },
        ["activity-completed"] = new ActivityCompleted
        {
            At = At, Command = 3, Attempt = 2, Result = Harness.Json(
            new { id = "ch_1" })
        },
        ["activity-ended"] = new ActivityEnded { At = At, Command = 3, Attempt = 2, Failure = Failure },
        ["activity-canceled"] = new ActivityCanceled { At = At, Command = 3 },
        ["activity-cancel-requested"] = new ActivityCancelRequested { At = At, Command = 3 },
        ["activity-scheduled-compensating"] = new ActivityScheduled
        {
            At = At, Command = 5, ActivityType = "Stock.Release", Host = "10.0.0.1:11111@5", Arguments = [],
            Settings = new ActivitySettings { StartToClose = TimeSpan.FromSeconds(30) }, Compensates = 2,
            Headers = new Dictionary<string, string> { ["tenant"] = "7" },
        },
        ["activity-retry-scheduled-local"] = new ActivityRetryScheduled
        {
            At = At, Command = 3, Attempt = 2, DueAt = At.AddMinutes(1), Host = "", LastFailure = Failure, Local = "Rates.Look",
        },
        ["activity-completed-local"] = new ActivityCompleted
        {
            At = At, Command = 3, Attempt = 2, Result = Harness.Json(1.1), Local = "Rates.Look",
        },
        ["activity-completed-outside"] = new ActivityCompleted
        {
            At = At, Command = 3, Attempt = 2, Result = Harness.Json(1.1), Request = Request,
        },
        ["activity-ended-outside"] = new ActivityEnded
        {
            At = At, Command = 3, Attempt = 2, Failure = Failure, Request = Request,
        },
        ["activity-moved-outside"] = new ActivityMovedOutside { At = At, Command = 3, Attempt = 2, StartedAt = Harness.Epoch },
        ["activity-paused"] = new ActivityPaused
        {
            At = At, Command = 3, IsOut = true, Reason = "bank is down", Request = Request,
        },
        ["activity-resumed"] = new ActivityResumed { At = At, Command = 3, Request = Request },
        ["activity-reset"] = new ActivityReset { At = At, Command = 3, IsOut = true, ClearDetails = true, Request = Request },
        ["activity-options-changed"] = new ActivityOptionsChanged
        {
            At = At, Command = 3, Settings = new ActivitySettings { StartToClose = TimeSpan.FromSeconds(30) }, Request = Request,
        },
        ["compensation-registered"] = new CompensationRegistered { At = At, Command = 4, Saga = 2, Name = "release stock" },
        ["compensation-started"] = new CompensationStarted { At = At, Command = 4 },
        ["compensation-ended"] = new CompensationEnded { At = At, Command = 4 },
        ["compensation-ended-failed"] = new CompensationEnded { At = At, Command = 4, Failure = Failure },
        ["saga-completed"] = new SagaCompleted { At = At, Saga = 2 },
        ["run-failed-compensation"] = new RunFailed
        {
            At = At, Failure = new FailureInfo
            {
                Kind = FailureKind.Compensation, Message = "left over", Cause = Failure,
                Compensations = [new FailureInfo { Kind = FailureKind.Activity, Message = "no", Type = "release stock" }]
            },
        },
        ["signal-received"] = new SignalReceived
        {
            At = At, Name = "approve", Arguments = [Harness.Json("bob"), Harness.Json(7)], Request = Request,
            Sender = new MessageSource(new WorkflowKey("shop", new WorkflowId("cart-7")), Harness.RunId, 12),
        },
        ["signal-received-with-headers"] = new SignalReceived { At = At, Name = "approve", Arguments = [], Headers = Headers },
        ["update-accepted-with-request"] = new UpdateAccepted
        {
            At = At, UpdateId = "u-1", Name = "reprice", Arguments = [], Request = Request,
        },
        ["update-accepted-with-headers"] = new UpdateAccepted
        {
            At = At, UpdateId = "u-1", Name = "reprice", Arguments = [], Headers = Headers,
        },
        ["external-signal-requested-with-headers"] = new ExternalSignalRequested
        {
            At = At, Command = 7, Key = new WorkflowKey("cart-7"), Name = "paid", Arguments = [], Headers = Headers,
        },
        ["child-scheduled-with-limits"] = new ChildScheduled
        {
            At = At, Command = 5, Key = new WorkflowKey("c"), RunId = Harness.RunId, WorkflowType = "ship",
            Input = Harness.Json(1),
            Settings = new ChildSettings
            {
                Headers = Headers,
                Start = new ChildStart
                {
                    Version = 2, RunTimeout = TimeSpan.FromMinutes(1), ExecutionTimeout = TimeSpan.FromHours(1),
                    ExecutionDeadline = At, StartDelay = TimeSpan.FromSeconds(1),
                },
            },
        },
        ["run-started-with-hint"] = new RunStarted
        {
            At = At, Key = new WorkflowKey("a"), RunId = Harness.RunId, WorkflowType = "order", Input = Harness.Json(1), Seed = 7,
            Hint = new ContinueHint(100, 1000),
            Carry = new RunCarry
            {
                Messages = new MessageCarry
                {
                    Signals = [new CarriedSignal { Name = "approve", Arguments = [], Headers = Headers }],
                    Updates =
                    [
                        new CarriedUpdate
                        {
                            UpdateId = "u-1", Name = "reprice", Failure = new FailureInfo
                            {
                                Kind = FailureKind.RunEnded, Message = "m", RunId = Harness.RunId,
                                Status = WorkflowStatus.ContinuedAsNew,
                            },
                        },
                    ],
                },
                Owed =
                [
                    new RunMessage
                    {
                        Kind = RunMessageKind.StartChild, Source = Source, Target = new WorkflowKey("a"),
                        TargetRun = Harness.RunId, Name = "ship", Headers = Headers, Start = new ChildStart { Version = 2 },
                    },
                ],
            },
        },
        ["update-accepted"] = new UpdateAccepted { At = At, UpdateId = "u-1", Name = "reprice", Arguments = [Harness.Json(9.5)] },
        ["update-completed"] = new UpdateCompleted { At = At, UpdateId = "u-1", Result = Harness.Json("ok") },
        ["update-completed-failed"] = new UpdateCompleted { At = At, UpdateId = "u-1", Failure = Failure },
        ["token-created"] = new TokenCreated { At = At, Command = 5, Name = "approval", Secret = "k3Y" },
        ["token-completed"] = new TokenCompleted { At = At, Command = 5, Result = Harness.Json(true), Request = Request },
        ["token-completed-rejected"] = new TokenCompleted { At = At, Command = 5, Failure = Failure },
        ["token-revoked"] = new TokenRevoked { At = At, Command = 5 },
        ["timer-started"] = new TimerStarted { At = At, Command = 4, DueAt = At.AddDays(2) },
        ["timer-started-never"] = new TimerStarted { At = At, Command = 4, DueAt = DateTimeOffset.MaxValue },
        ["timer-fired"] = new TimerFired { At = At, Command = 4 },
        ["timer-canceled"] = new TimerCanceled { At = At, Command = 4 },
        ["run-started-child"] = new RunStarted
        {
            At = At, Key = new WorkflowKey("shop", new WorkflowId("order-42:ship")), RunId = Harness.RunId, WorkflowType = "ship",
            Input = Harness.Json(1), Seed = 3, Parent = new ParentLink(Harness.Key, Harness.RunId, 5),
            ContinuedFrom = Harness.RunId, FirstRun = Harness.RunId, Carry = Carry,
        },
        ["run-cancel-requested-by-run"] = new RunCancelRequested { At = At, Sender = Source },
        ["run-continued-as-new"] = new RunContinuedAsNew
        {
            At = At, NewRunId = Harness.RunId, WorkflowType = "ship", Input = Harness.Json(2), Carry = Carry,
        },
        ["run-continued-as-new-older-updates"] = new RunContinuedAsNew
        {
            At = At, NewRunId = Harness.RunId, WorkflowType = "ship", Input = Harness.Json(2),
            Carry = new RunCarry
            {
                Messages = new MessageCarry
                {
                    Updates = [new CarriedUpdate { UpdateId = "u-1", Name = "reprice", Result = Harness.Json(1) }],
                    OlderUpdates = new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 250, 251, 252, 253, 254, 255, 0, 1 },
                },
            },
        },
        ["child-scheduled"] = new ChildScheduled
        {
            At = At, Command = 5, Key = new WorkflowKey("order-42:ship"), RunId = Harness.RunId, WorkflowType = "ship",
            Input = Harness.Json(1),
            Settings = new ChildSettings
            {
                OnParentClose = ParentClosePolicy.RequestCancel, Cancellation = ChildCancellationType.Abandon,
                Retry = RetryPolicy.None, IdReuse = WorkflowIdReusePolicy.RejectDuplicate,
            },
        },
        ["child-started"] = new ChildStarted { At = At, Command = 5, RunId = Harness.RunId },
        ["child-start-failed"] = new ChildStartFailed
        {
            At = At, Command = 5, Problem = ChildStartProblem.UnknownWorkflowType, Message = "hosted are: none",
        },
        ["child-retry-scheduled"] = new ChildRetryScheduled
        {
            At = At, Command = 5, Attempt = 2, RunId = Harness.RunId, DueAt = At.AddSeconds(1), LastFailure = Failure,
        },
        ["child-completed"] = new ChildCompleted { At = At, Command = 5, Result = Harness.Json("shipped") },
        ["child-ended"] = new ChildEnded { At = At, Command = 5, Status = WorkflowStatus.Failed, Failure = Failure },
        ["child-cancel-requested"] = new ChildCancelRequested
        {
            At = At, Command = 6, Child = 5, Cancellation = ChildCancellationType.TryCancel, Reason = "too late",
        },
        ["external-signal-requested"] = new ExternalSignalRequested
        {
            At = At, Command = 7, Key = new WorkflowKey("cart-7"), RunId = Harness.RunId, Name = "paid",
            Arguments = [Harness.Json(3)],
        },
        ["external-cancel-requested"] = new ExternalCancelRequested
        {
            At = At, Command = 8, Key = new WorkflowKey("cart-7"), Reason = "gone",
        },
        ["external-bound"] = new ExternalBound { At = At, Command = 8, RunId = Harness.RunId },
        ["external-delivered"] = new ExternalDelivered { At = At, Command = 8 },
        ["external-failed"] = new ExternalFailed
        {
            At = At, Command = 8, Problem = ExternalProblem.Closed, Message = "it has ended",
        },
        ["owed-settled"] = new OwedSettled { At = At, Owed = 1 },
    };
}
