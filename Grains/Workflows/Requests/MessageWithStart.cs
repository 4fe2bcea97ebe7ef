using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Messages;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Requests;

/// <summary>
/// Messages the open run of an instance, or starts one whose first commit has the message; goes around where the run ends in
/// between. What was taken once, by whichever run, is not taken again (invariant 8).
/// </summary>
internal sealed class MessageWithStart(IInstance instance, WorkflowServices services)
{
    private DateTimeOffset Now => services.Clock.GetUtcNow();

    /// <summary>Messages the open run, or starts one with the message; goes around where the run ends in between.</summary>
    public async Task<TReply> SendAsync<TReply>(
        StartRequest start, Stimulus message, bool isRepeat, Func<Task<TReply>> send,
        Func<TReply, Fault?> faultOf, Func<Fault, TReply> fail, Func<StartReply, InboxEntry, Task<TReply>> started)
    {
        if (isRepeat) start = start with { IsRepeat = true };
        var joins = start.IdConflict != WorkflowIdConflictPolicy.TerminateExisting;
        for (var hasAsked = false; ;)
        {
            await instance.EnsureKnownAsync();
            var mayBeTaken = joins && !hasAsked
                && (isRepeat || (instance.Closed is { } ended && MessageLife.MayHaveReached(ended.Record, Now)
                    && (await instance.FindTakenAsync(message, isRepeat: false)).Run is not null));
            if (joins && instance.LatestRun is not null && (instance.Closed is null || mayBeTaken))
            {
                // A repeat, or a copy that is late, may find that the run took the message and has ended since.
                hasAsked = true;
                if (instance.Closed is null) await EndDelayAsync(new RequestId(start.Request.Client, start.Request.Number));
                var reply = await send();
                if (faultOf(reply) is not { Kind: FaultKind.Closed or FaultKind.NotFound }) return reply;
                if (instance.Closed is null) continue;
            }

            var entry = new InboxEntry(message, awaited: true);
            var made = await instance.StartAsync(start, entry);
            if (made.Fault is null) return await started(made, entry);
            if (made.Fault.Kind != FaultKind.AlreadyStarted || instance.Closed is not null || instance.LatestRun is null)
                return fail(made.Fault);
        }
    }

    /// <summary>
    /// A message with start has a run whose start is delayed begin, in the turn that takes the message; but not the repeat of the
    /// request that began it.
    /// </summary>
    private async Task EndDelayAsync(RequestId by)
    {
        if (await instance.EnsureOpenAsync() is null
            && instance.Open is { Run.IsDelayed: true } open && open.StartedBy != by)
            instance.Enqueue(new InboxEntry(new EndStartDelay(by), awaited: false));
    }
}
