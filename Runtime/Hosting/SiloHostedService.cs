using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Runtime.Hosting;

/// <summary>Starts and stops the silo with its host.</summary>
internal sealed partial class SiloHostedService(
    SiloLifecycle lifecycle, IEnumerable<ILifecycleParticipant<ISiloLifecycle>> participants, ILocalSiloDetails local,
    ILogger<SiloHostedService> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var participant in participants) participant.Participate(lifecycle);
        await lifecycle.StartAsync(cancellationToken);
        Started(logger, local.Name, local.SiloAddress, local.ClusterId);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Stopping(logger, local.Name);
        await lifecycle.StopAsync(cancellationToken);
        Stopped(logger, local.Name);
    }
}
