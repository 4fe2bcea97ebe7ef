using Orleans;

namespace Orchestration.Grains.Interfaces.Messages;

/// <summary>
/// Where callers wait for changes of runs on one silo (an update's outcome, a new status), so that waiting pins no workflow. The
/// key is the silo's address with its generation.
/// </summary>
[Alias("orchestration.message-hub")]
public interface IMessageHubGrain : IGrainWithStringKey
{
    /// <summary>
    /// Waits (at most <paramref name="wait"/>, under 20 s) for a change after the one that the ticket has seen. In either case
    /// the caller then asks the workflow.
    /// </summary>
    [Alias("wait")]
    Task<bool> WaitAsync(Guid runId, string topic, long seen, TimeSpan wait, CancellationToken cancellationToken);
}
