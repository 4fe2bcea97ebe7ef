using System.Text.Json.Serialization;

namespace Orchestration.Grains.Kernel.History;

/// <summary>
/// A persisted fact of one run. Its sequence number is its place in the history, from 1. <c>Apply(event)</c> is the only way in
/// which a run's state changes, live and on replay.
/// </summary>
/// <remarks>Its alias is what histories name it by: it stays when the class is renamed.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RunStarted), "run-started")]
[JsonDerivedType(typeof(RunCancelRequested), "run-cancel-requested")]
[JsonDerivedType(typeof(RunCompleted), "run-completed")]
[JsonDerivedType(typeof(RunFailed), "run-failed")]
[JsonDerivedType(typeof(RunCanceled), "run-canceled")]
[JsonDerivedType(typeof(RunTerminated), "run-terminated")]
[JsonDerivedType(typeof(RunTimedOut), "run-timed-out")]
[JsonDerivedType(typeof(StartDelayEnded), "start-delay-ended")]
[JsonDerivedType(typeof(PatchMarked), "patch-marked")]
[JsonDerivedType(typeof(ActivityScheduled), "activity-scheduled")]
[JsonDerivedType(typeof(ActivityRetryScheduled), "activity-retry-scheduled")]
[JsonDerivedType(typeof(ActivityCompleted), "activity-completed")]
[JsonDerivedType(typeof(ActivityEnded), "activity-ended")]
[JsonDerivedType(typeof(ActivityCanceled), "activity-canceled")]
[JsonDerivedType(typeof(ActivityCancelRequested), "activity-cancel-requested")]
[JsonDerivedType(typeof(SignalReceived), "signal-received")]
[JsonDerivedType(typeof(UpdateAccepted), "update-accepted")]
[JsonDerivedType(typeof(UpdateCompleted), "update-completed")]
[JsonDerivedType(typeof(ActivityMovedOutside), "activity-moved-outside")]
[JsonDerivedType(typeof(ActivityPaused), "activity-paused")]
[JsonDerivedType(typeof(ActivityResumed), "activity-resumed")]
[JsonDerivedType(typeof(ActivityReset), "activity-reset")]
[JsonDerivedType(typeof(ActivityOptionsChanged), "activity-options-changed")]
[JsonDerivedType(typeof(CompensationRegistered), "compensation-registered")]
[JsonDerivedType(typeof(CompensationStarted), "compensation-started")]
[JsonDerivedType(typeof(CompensationEnded), "compensation-ended")]
[JsonDerivedType(typeof(SagaCompleted), "saga-completed")]
[JsonDerivedType(typeof(TokenCreated), "token-created")]
[JsonDerivedType(typeof(TokenCompleted), "token-completed")]
[JsonDerivedType(typeof(TokenRevoked), "token-revoked")]
[JsonDerivedType(typeof(TimerStarted), "timer-started")]
[JsonDerivedType(typeof(TimerFired), "timer-fired")]
[JsonDerivedType(typeof(TimerCanceled), "timer-canceled")]
[JsonDerivedType(typeof(RunContinuedAsNew), "run-continued-as-new")]
[JsonDerivedType(typeof(ChildScheduled), "child-scheduled")]
[JsonDerivedType(typeof(ChildStarted), "child-started")]
[JsonDerivedType(typeof(ChildStartFailed), "child-start-failed")]
[JsonDerivedType(typeof(ChildRetryScheduled), "child-retry-scheduled")]
[JsonDerivedType(typeof(ChildCompleted), "child-completed")]
[JsonDerivedType(typeof(ChildEnded), "child-ended")]
[JsonDerivedType(typeof(ChildCancelRequested), "child-cancel-requested")]
[JsonDerivedType(typeof(ExternalSignalRequested), "external-signal-requested")]
[JsonDerivedType(typeof(ExternalCancelRequested), "external-cancel-requested")]
[JsonDerivedType(typeof(ExternalBound), "external-bound")]
[JsonDerivedType(typeof(ExternalDelivered), "external-delivered")]
[JsonDerivedType(typeof(ExternalFailed), "external-failed")]
[JsonDerivedType(typeof(OwedSettled), "owed-settled")]
public abstract record HistoryEvent
{
    /// <summary>When it happened: never before the event before it, whole milliseconds, UTC.</summary>
    [JsonPropertyOrder(-1)]
    public required DateTimeOffset At { get; init; }
}
