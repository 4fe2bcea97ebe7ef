using Microsoft.Extensions.Logging;

namespace Orchestration.Grains.Workflows;

internal static partial class WorkflowGrainLog
{
    [LoggerMessage(121, LogLevel.Error,
        "An effect of workflow {Workflow} failed unexpectedly; the run is reconciled when it is next loaded.")]
    public static partial void EffectFailed(this ILogger<WorkflowGrain> log, Exception exception, string workflow);

    [LoggerMessage(122, LogLevel.Information,
        "The activity host {Host} does not answer workflow {Workflow}; asked again in {Delay}.")]
    public static partial void HostSilent(this ILogger<WorkflowGrain> log, Exception exception, string host, string workflow,
        TimeSpan delay);

    [LoggerMessage(123, LogLevel.Warning,
        "Workflow {Workflow} is written by another activation; this one steps down and the run is loaded anew.")]
    public static partial void SteppedDown(this ILogger<WorkflowGrain> log, string workflow);

    [LoggerMessage(124, LogLevel.Error,
        "The engine failed in a turn of workflow {Workflow}; its activation steps down and the run is loaded anew.")]
    public static partial void TurnFailed(this ILogger<WorkflowGrain> log, Exception exception, string workflow);

    [LoggerMessage(125, LogLevel.Warning, "Workflow {Workflow} ({Type}), run {Run}, is stalled: {Code}: {Message}")]
    public static partial void Stalled(this ILogger<WorkflowGrain> log, string workflow, string type, string run, string code,
        string message);

    [LoggerMessage(126, LogLevel.Information, "Workflow {Workflow} ({Type}), run {Run}, goes on after a stall.")]
    public static partial void Unstalled(this ILogger<WorkflowGrain> log, string workflow, string type, string run);

    [LoggerMessage(128, LogLevel.Warning,
        "The history of workflow {Workflow}, run {Run}, has {Events} events and {Bytes} bytes; "
        + "at 50,000 events or 50 MB the run stalls. Continue as new.")]
    public static partial void HistoryLarge(this ILogger<WorkflowGrain> log, string workflow, string run, long events,
        long bytes);

    [LoggerMessage(129, LogLevel.Warning, "Workflow {Workflow} could not be brought back; it is tried again.")]
    public static partial void WakeFailed(this ILogger<WorkflowGrain> log, Exception exception, string workflow);

    [LoggerMessage(140, LogLevel.Debug, "Workflow {Target} did not answer messages of workflow {Workflow}; they are sent again.")]
    public static partial void ReceiverSilent(this ILogger<WorkflowGrain> log, Exception exception, string target,
        string workflow);

    [LoggerMessage(141, LogLevel.Warning,
        "Workflow {Workflow} ({Type}), run {Run}, ended before its messages were handled: unfinished handlers: [{Handlers}]; "
        + "signals without a handler: [{Signals}]. Let its code await Context.AllHandlersFinished.")]
    public static partial void MessagesUnfinished(this ILogger<WorkflowGrain> log, string workflow, string type, string run,
        string handlers, string signals);

    [LoggerMessage(142, LogLevel.Warning,
        "Workflow {Workflow} dropped the signal '{Signal}', which its handler cannot read: {Problem}")]
    public static partial void SignalUnread(this ILogger<WorkflowGrain> log, string workflow, string signal, string problem);

    [LoggerMessage(143, LogLevel.Warning,
        "A query or validator of workflow {Workflow} ({Type}), run {Run}, changed its state; "
        + "the run is rebuilt from its history.")]
    public static partial void Rebuilt(this ILogger<WorkflowGrain> log, string workflow, string type, string run);

    [LoggerMessage(144, LogLevel.Information,
        "Workflow {Workflow} moves to the silo {Silo}, which hosts code that may fit it; this silo's does not.")]
    public static partial void PassedOn(this ILogger<WorkflowGrain> log, string workflow, string silo);

    [LoggerMessage(146, LogLevel.Warning,
        "Workflow {Workflow} lies though it is at work, and its shard could not be told; a sweep finds it within minutes.")]
    public static partial void ShardSilent(this ILogger<WorkflowGrain> log, Exception exception, string workflow);

    [LoggerMessage(145, LogLevel.Debug, "Workflow {Workflow} could not be woken on the silo {Silo}; its shard goes on trying.")]
    public static partial void WakeThereFailed(this ILogger<WorkflowGrain> log, Exception exception, string workflow,
        string silo);
}
