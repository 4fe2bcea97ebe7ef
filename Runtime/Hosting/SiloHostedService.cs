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

    [LoggerMessage(EventId = 122, Level = LogLevel.Information,
        Message = "Silo {Name} ({Address}) of cluster {Cluster} has started.")]
    private static partial void Started(ILogger logger, string name, SiloAddress address, string cluster);

    [LoggerMessage(EventId = 123, Level = LogLevel.Information, Message = "Silo {Name} is stopping.")]
    private static partial void Stopping(ILogger logger, string name);

    [LoggerMessage(EventId = 124, Level = LogLevel.Information, Message = "Silo {Name} has stopped.")]
    private static partial void Stopped(ILogger logger, string name);
}
