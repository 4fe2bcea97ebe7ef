using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Client;

// Activities that are completed from outside.
public sealed partial class WorkflowClient
{
    /// <inheritdoc/>
    public Task CompleteActivityAsync(string token, object? result = null, CancellationToken cancellationToken = default) =>
        ReportAsync("completion of an activity", token, ActivityReportKind.Completed,
            Encode("result", result) ?? Payload.Null, null, cancellationToken);

    /// <inheritdoc/>
    public Task FailActivityAsync(string token, Exception failure, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var info = FailureRecorder.Of(failure, _parts.Options.PayloadConverter);
        // That a client's own work was cancelled is a failure like any other; to cancel the activity there is another call.
        if (info.Kind == FailureKind.Canceled) info = info with { Kind = FailureKind.Application };
        return ReportAsync("failure of an activity", token, ActivityReportKind.Failed, null, info, cancellationToken);
    }

    /// <inheritdoc/>
    public Task CancelActivityAsync(string token, string? reason = null, CancellationToken cancellationToken = default) =>
        ReportAsync("cancellation of an activity", token, ActivityReportKind.Canceled, null,
            new FailureInfo { Kind = FailureKind.Canceled, Message = reason ?? "The activity was cancelled from outside." },
            cancellationToken);

    /// <inheritdoc/>
    public async Task<OutsideHeartbeat> HeartbeatActivityAsync(
        string token, object? details = null, CancellationToken cancellationToken = default)
    {
        return await ReportAsync("heartbeat of an activity", token, ActivityReportKind.Started,
            Encode("details", details), null, cancellationToken);
    }

    private Payload? Encode(string what, object? value)
    {
        if (value is null) return null;
        var payload = value as Payload ?? _parts.Options.PayloadConverter.ToPayload(value, value.GetType());
        return payload.Data.Length <= _parts.Options.MaximumPayloadBytes
            ? payload
            : throw new PayloadTooLarge($"{what} of an activity", payload.Data.Length, _parts.Options.MaximumPayloadBytes);
    }

    private Task<OutsideHeartbeat> ReportAsync(
        string what, string token, ActivityReportKind kind, Payload? value, FailureInfo? failure,
        CancellationToken cancellationToken)
    {
        var id = ActivityToken.Parse(token);
        return InterceptorChain.Call(
            _parts.Interceptors,
            new ActivityReportCall
            {
                Key = WorkflowKey.FromGrainKey(id.Workflow), RunId = new RunId(id.RunId), Token = token, Kind = kind,
                Value = value, Failure = failure, CancellationToken = cancellationToken,
            },
            static (interceptor, call, next) => interceptor.ReportActivityAsync(call, next),
            call => SendReportAsync(what, call));
    }

    private async Task<OutsideHeartbeat> SendReportAsync(string what, ActivityReportCall call)
    {
        var id = ActivityToken.Parse(call.Token);
        var report = new OutsideReport
        {
            Request = ClientIdentity.Next(), Id = id, Kind = call.Kind, Value = call.Value, Failure = call.Failure,
        };
        var key = WorkflowKey.FromGrainKey(id.Workflow);
        var reply = await _parts.Sender.SendAsync(
            what,
            key,
            (Grain: _parts.Grains.GetGrain<IWorkflowActivitiesGrain>(id.Workflow), Report: report),
            static s => s.Grain.ReportOutsideAsync(s.Report),
            static reply => reply.Fault,
            call.CancellationToken);
        return reply.Fault is null
            ? new OutsideHeartbeat(reply.Reason, reply.IsPaused)
            : throw Faults.ToException(reply.Fault, key, null, new RunId(id.RunId));
    }
}
