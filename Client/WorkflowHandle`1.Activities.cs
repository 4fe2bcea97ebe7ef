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
        return ControlActivityAsync("pause of an activity", Asked(command, ActivityControlKind.Pause) with { Reason = reason },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task ResumeActivityAsync(long command, CancellationToken cancellationToken) =>
        ControlActivityAsync("resumption of an activity", Asked(command, ActivityControlKind.Resume), cancellationToken);

    /// <inheritdoc/>
    public Task ResetActivityAsync(long command, bool clearHeartbeatDetails, CancellationToken cancellationToken) =>
        ControlActivityAsync("reset of an activity",
            Asked(command, ActivityControlKind.Reset) with { ClearDetails = clearHeartbeatDetails }, cancellationToken);

    /// <inheritdoc/>
    public Task ChangeActivityAsync(long command, ActivityChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        return ControlActivityAsync("change of an activity",
            Asked(command, ActivityControlKind.Change) with { Change = ActivityChangeWire.Of(change) }, cancellationToken);
    }

    private ActivityControlRequest Asked(long command, ActivityControlKind kind) =>
        new() { Request = ClientIdentity.Next(), RunId = runId?.Value, Command = command, Kind = kind };

    private async Task ControlActivityAsync(string what, ActivityControlRequest request, CancellationToken cancellationToken)
    {
        var reply = await parts.Sender.SendAsync(
            what,
            key,
            (Grain: parts.Grains.GetGrain<IWorkflowActivitiesGrain>(key.ToGrainKey()), Request: request),
            static s => s.Grain.ControlActivityAsync(s.Request),
            static reply => reply.Fault,
            cancellationToken);
        Checked(reply, reply.Fault);
    }
}
