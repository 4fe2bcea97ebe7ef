using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Client;

// What may be asked of an activity that has not ended.
internal sealed partial class WorkflowHandle<TWorkflow>
{
    /// <inheritdoc/>
    public Task PauseActivityAsync(long command, string? reason, CancellationToken cancellationToken)
    {
        if (reason is { Length: > MaximumReasonLength })
            throw new InvalidRequest($"The reason has {reason.Length} characters; at most {MaximumReasonLength} are allowed.");
        return ControlActivityAsync("pause of an activity",
            Asked(command, ActivityControlKind.Pause, cancellationToken) with { Reason = reason });
    }

    /// <inheritdoc/>
    public Task ResumeActivityAsync(long command, CancellationToken cancellationToken) =>
        ControlActivityAsync("resumption of an activity", Asked(command, ActivityControlKind.Resume, cancellationToken));

    /// <inheritdoc/>
    public Task ResetActivityAsync(long command, bool clearHeartbeatDetails, CancellationToken cancellationToken) =>
        ControlActivityAsync("reset of an activity",
            Asked(command, ActivityControlKind.Reset, cancellationToken) with { ClearHeartbeatDetails = clearHeartbeatDetails });

    /// <inheritdoc/>
    public Task ChangeActivityAsync(long command, ActivityChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        return ControlActivityAsync("change of an activity",
            Asked(command, ActivityControlKind.Change, cancellationToken) with { Change = change });
    }

    private ActivityControlCall Asked(long command, ActivityControlKind kind, CancellationToken cancellationToken) =>
        new() { Key = key, RunId = runId, Command = command, Kind = kind, CancellationToken = cancellationToken };

    private Task ControlActivityAsync(string what, ActivityControlCall asked) => InterceptorChain.Call(
        parts.Interceptors, asked, static (interceptor, call, next) => interceptor.ControlActivityAsync(call, next),
        call => SendControlAsync(what, call));

    private async Task SendControlAsync(string what, ActivityControlCall call)
    {
        var request = new ActivityControlRequest
        {
            Request = ClientIdentity.Next(), RunId = call.RunId?.Value, Command = call.Command, Kind = call.Kind,
            Reason = call.Reason, ClearDetails = call.ClearHeartbeatDetails,
            Change = call.Change is { } change ? ActivityChangeWire.Of(change) : null,
        };
        var reply = await parts.Sender.SendAsync(
            what,
            key,
            (Grain: parts.Grains.GetGrain<IWorkflowActivitiesGrain>(key.ToGrainKey()), Request: request),
            static s => s.Grain.ControlActivityAsync(s.Request),
            static reply => reply.Fault,
            call.CancellationToken);
        Checked(reply, reply.Fault);
    }
}
