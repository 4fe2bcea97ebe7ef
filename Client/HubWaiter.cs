using Orchestration.Grains.Interfaces.Messages;
using Orleans;

namespace Orchestration.Client;

/// <summary>Waits at hubs for changes of runs.</summary>
internal sealed class HubWaiter(IGrainFactory grains, RequestSender sender)
{
    /// <summary>How long one call may wait; the engine allows less than 20 s.</summary>
    private static readonly TimeSpan HubWait = TimeSpan.FromSeconds(18);

    /// <summary>Waits for a change, or for as long as one call may.</summary>
    /// <returns>False where the hub did not answer: its silo is gone or slow.</returns>
    public async Task<bool> WaitAsync(Guid runId, HubTicket ticket, CancellationToken cancellationToken)
    {
        try
        {
            await sender.AnswerAsync(
                (Hub: grains.GetGrain<IMessageHubGrain>(ticket.Hub), Run: runId, Ticket: ticket, Token: cancellationToken),
                static s => s.Hub.WaitAsync(s.Run, s.Ticket.Topic, s.Ticket.Seen, HubWait, s.Token), cancellationToken);
            return true;
        }
        catch (Exception e) when (Faults.IsRepeatable(e))
        {
            return false;
        }
    }
}
