using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Grains.Workflows.Watch;

namespace Orchestration.Grains.Messages;

/// <summary>What messages to runs need on a silo.</summary>
internal static class MessageServices
{
    public static IServiceCollection AddMessages(this IServiceCollection services)
    {
        services.TryAddSingleton<MessageHub>();
        services.TryAddSingleton<QueryGuard>();
        services.TryAddSingleton<ValidatorGuard>();
        services.TryAddSingleton(static s => new ClosedRuns(s.GetRequiredService<RunReader>()));
        return services;
    }
}
