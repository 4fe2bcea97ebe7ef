using Orchestration.Grains.Interfaces.Visibility;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Client;

/// <summary>
/// Stands around a client's calls: for tenancy, tracing, checks of a house. Methods that are not implemented let their call pass.
/// Thread-safe: one object serves all calls. What it throws, the caller gets.
/// </summary>
/// <remarks>
/// A call's repeats, when its outcome is unknown, happen within <c>next</c> and under one request number; an interceptor that
/// calls <c>next</c> twice makes two requests.
/// </remarks>
public interface IClientInterceptor
{
    /// <summary>Around a start; of an execute too. Headers that are set here travel with the run.</summary>
    Task<StartedRun> StartAsync(StartCall call, Func<StartCall, Task<StartedRun>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Around the wait for a result; of an execute too.</summary>
    /// <returns>The decoded result.</returns>
    Task<object?> GetResultAsync(ResultCall call, Func<ResultCall, Task<object?>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Around a description.</summary>
    Task<WorkflowDescription> DescribeAsync(DescribeCall call, Func<DescribeCall, Task<WorkflowDescription>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Around a cancellation.</summary>
    Task CancelAsync(ControlCall call, Func<ControlCall, Task> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Around a termination.</summary>
    Task TerminateAsync(ControlCall call, Func<ControlCall, Task> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Around a signal, until it is durable; within the start, of a signal with start.</summary>
    Task SignalAsync(SignalCall call, Func<SignalCall, Task> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>
    /// Around the sending of an update, until it is durably accepted; within the start, of an update with start.
    /// </summary>
    Task SendUpdateAsync(UpdateCall call, Func<UpdateCall, Task> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Around the wait for an update's outcome; of updates that are sent and awaited at once too.</summary>
    /// <returns>The decoded result.</returns>
    Task<object?> GetUpdateResultAsync(UpdateResultCall call, Func<UpdateResultCall, Task<object?>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Around the completion or rejection of a token.</summary>
    Task EndTokenAsync(TokenCall call, Func<TokenCall, Task> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Around a pause, resumption, reset or change of an activity.</summary>
    Task ControlActivityAsync(ActivityControlCall call, Func<ActivityControlCall, Task> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Around what is reported of an activity from outside.</summary>
    /// <returns>Of a heartbeat, whether the activity should go on.</returns>
    Task<OutsideHeartbeat> ReportActivityAsync(
        ActivityReportCall call, Func<ActivityReportCall, Task<OutsideHeartbeat>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Around a listing: nothing is asked before the first run is.</summary>
    IAsyncEnumerable<RunListing> ListAsync(ListCall call, Func<ListCall, IAsyncEnumerable<RunListing>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Around a reading of a history, an export's too: nothing is asked before the first event is.</summary>
    IAsyncEnumerable<HistoryEntry> GetHistoryAsync(HistoryCall call, Func<HistoryCall, IAsyncEnumerable<HistoryEntry>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>
    /// Around a watch over a run's status: nothing is asked before the first update is. It spans the runs that continue the
    /// first.
    /// </summary>
    IAsyncEnumerable<StatusUpdate> WatchStatusAsync(StatusCall call, Func<StatusCall, IAsyncEnumerable<StatusUpdate>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Around a query.</summary>
    /// <returns>The decoded result.</returns>
    Task<object?> QueryAsync(QueryCall call, Func<QueryCall, Task<object?>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }
}
