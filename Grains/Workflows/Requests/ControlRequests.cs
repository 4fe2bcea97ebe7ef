using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Messages;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Requests;

/// <summary>Requests to cancel or terminate the run: answered once they are durable (invariant 1), and taken once.</summary>
internal sealed class ControlRequests(IInstance instance, WorkflowServices services)
{
    private DateTimeOffset Now => services.Clock.GetUtcNow();

    /// <summary>Asks the run's code to cancel.</summary>
    public Task<ControlReply> CancelAsync(ControlRequest request) =>
        ControlAsync(request, static (reason, by) => new RequestCancel(reason, by));

    /// <summary>Ends the run at once.</summary>
    public Task<ControlReply> TerminateAsync(ControlRequest request) =>
        ControlAsync(request, static (reason, by) => new Terminate(reason, by));

    private async Task<ControlReply> ControlAsync(ControlRequest request, Func<string?, RequestId, Stimulus> stimulus)
    {
        const int longestReason = 10_000;
        if (request.Reason is { Length: > longestReason })
            return new ControlReply(WorkflowFaults.Invalid($"A reason has at most {longestReason} characters."), Guid.Empty,
                default);
        await instance.EnsureKnownAsync();
        if (instance.LatestRun is not { } latest) return new ControlReply(instance.Unknown(request.RunId), Guid.Empty,
            default);
        if (request.RunId is { } wanted && wanted != latest.Value)
        {
            return await services.Reader.FindAsync(instance.Key, new RunId(wanted)) is { } older
                ? new ControlReply(null, wanted, older.Summary.Status)
                : new ControlReply(WorkflowFaults.NotFound(instance.Key, wanted), Guid.Empty, default);
        }

        if (instance.Closed is not null && request.RunId is null && !await instance.KnowsLatestAsync())
            return new ControlReply(WorkflowFaults.Moving, latest.Value, default);
        if (instance.Closed is null)
        {
            if (await instance.EnsureOpenAsync() is { } fault)
                return new ControlReply(fault, latest.Value, default);
            var asked = stimulus(request.Reason, new RequestId(request.Request.Client, request.Request.Number));
            if (request.RunId is null && instance.Open is { } open && MessageLife.MayFollowOthers(open, Now))
            {
                // What has ended one run is not to end the next one.
                var (before, damaged) = await instance.FindTakenAsync(asked, isRepeat: false);
                if (damaged is not null) return new ControlReply(damaged, latest.Value, default);
                if (before is { } run)
                {
                    var ended = await services.Reader.FindAsync(instance.Key, run);
                    return new ControlReply(null, run.Value, ended?.Summary.Status ?? default);
                }

                if (instance.Open != open) return new ControlReply(WorkflowFaults.Moving, latest.Value, default);
            }

            switch (await instance.PostAsync(asked))
            {
                case InboxOutcome.NotOwner:
                    return new ControlReply(WorkflowFaults.Moving, latest.Value, default);
                case InboxOutcome.Stalled:
                    return new ControlReply(
                        WorkflowFaults.Invalid(
                            "The run is stalled, so its code cannot cancel. Deploy fitting code, or terminate it."), latest.Value,
                            WorkflowStatus.Stalled);
            }
        }

        return new ControlReply(null, latest.Value, instance.Closed?.Record.Summary.Status
            ?? instance.Open?.Run.Status ?? WorkflowStatus.Running);
    }
}
