using Microsoft.Extensions.DependencyInjection;

namespace Orchestration.Grains.Recovery;

/// <summary>Registers what wakes runs.</summary>
internal static class RecoveryServices
{
    /// <summary>Adds recovery. Needs placement.</summary>
    public static IServiceCollection AddRecovery(this IServiceCollection services)
    {
        services.AddSingleton<LiveRuns>();
        return services;
    }
}
