using Orchestration.Grains.Interfaces.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Visibility;

/// <summary>
/// Where callers wait for results on one silo, so that waiting pins no workflow. The key is the silo's address with its
/// generation.
/// </summary>
[Alias("orchestration.result-hub")]
public interface IResultHubGrain : IGrainWithStringKey
{
    /// <summary>
    /// Waits (at most <paramref name="wait"/>, under 20 s) until the run has ended on this silo; null where it has not, and the
    /// caller asks the workflow again.
    /// </summary>
    [Alias("wait")]
    Task<ResultReply?> WaitAsync(string workflow, Guid runId, TimeSpan wait, CancellationToken cancellationToken);
}
