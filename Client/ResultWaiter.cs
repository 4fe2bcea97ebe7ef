using Orchestration.Grains.Interfaces.Visibility;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Client;

/// <summary>
/// Waits for the end of a run: asks the workflow, then waits at the hub that it names, then asks again. The hub answers as soon
/// as the run ends; asking the workflow again covers hubs that went away with their silo and runs that moved to another.
/// </summary>
internal sealed class ResultWaiter(IGrainFactory grains, RequestSender sender, TimeProvider time)
{
    /// <summary>How long one call may wait at the hub; the engine allows less than 20 s.</summary>
    private static readonly TimeSpan HubWait = TimeSpan.FromSeconds(18);

    /// <summary>How long the workflow may wait before it names a hub: most runs that are waited for end within it.</summary>
    private static readonly TimeSpan WorkflowWait = TimeSpan.FromSeconds(2);

    /// <summary>A round that took less than this and brought no end is followed by a pause.</summary>
    private static readonly TimeSpan QuickRound = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits for the end of a run.</summary>
    /// <param name="key">The instance.</param>
    /// <param name="runId">The run; null is the latest one when the wait begins.</param>
    /// <param name="last">What the workflow said last, where it was asked already.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A final answer, or one with a fault.</returns>
    public async Task<ResultReply> WaitAsync(
        WorkflowKey key, RunId? runId, ResultReply? last, CancellationToken cancellationToken)
    {
        var grainKey = key.ToGrainKey();
        var workflow = grains.GetGrain<IWorkflowGrain>(grainKey);
        for (var quick = 0; ;)
        {
            var started = time.GetTimestamp();
            last ??= await AskAsync(workflow, key, runId, cancellationToken);
            if (last.ContinuedTo is { } next)
            {
                (runId, last) = (new RunId(next), null); // the result is that of the last run of the chain
                continue;
            }

            if (last.IsFinal || last.Fault is not null) return last;
            runId = new RunId(last.RunId);
            if (last.Hub is { } hub
                && await AskHubAsync(hub, grainKey, last.RunId, cancellationToken) is { IsFinal: true } ended)
            {
                if (ended.ContinuedTo is null) return ended;
                last = ended;
                continue;
            }

            last = null;
            quick = time.GetElapsedTime(started) < QuickRound ? quick + 1 : 0;
            if (quick > 0) await sender.BackOffAsync(quick - 1, cancellationToken);
        }
    }

    private Task<ResultReply> AskAsync(
        IWorkflowGrain workflow, WorkflowKey key, RunId? runId, CancellationToken cancellationToken)
    {
        var request = new ResultRequest { RunId = runId?.Value, Wait = WorkflowWait };
        return sender.SendAsync(
            "wait for the result",
            key,
            (workflow, request),
            static s => s.workflow.GetResultAsync(s.request),
            static reply => reply.Fault,
            cancellationToken);
    }

    private async Task<ResultReply?> AskHubAsync(string hub, string grainKey, Guid runId, CancellationToken cancellationToken)
    {
        try
        {
            return await sender.AnswerAsync(
                (Hub: grains.GetGrain<IResultHubGrain>(hub), Key: grainKey, Run: runId, Token: cancellationToken),
                static s => s.Hub.WaitAsync(s.Key, s.Run, HubWait, s.Token), cancellationToken);
        }
        catch (Exception e) when (Faults.IsRepeatable(e))
        {
            return null; // The hub's silo is gone or slow: the workflow, wherever it is now, is asked next.
        }
    }
}
