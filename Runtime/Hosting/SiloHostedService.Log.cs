using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orchestration.Runtime.Hosting;

internal sealed partial class SiloHostedService
{
    [LoggerMessage(EventId = 122, Level = LogLevel.Information,
        Message = "Silo {Name} ({Address}) of cluster {Cluster} has started.")]
    private static partial void Started(ILogger logger, string name, SiloAddress address, string cluster);

    [LoggerMessage(EventId = 123, Level = LogLevel.Information, Message = "Silo {Name} is stopping.")]
    private static partial void Stopping(ILogger logger, string name);

    [LoggerMessage(EventId = 124, Level = LogLevel.Information, Message = "Silo {Name} has stopped.")]
    private static partial void Stopped(ILogger logger, string name);
}
