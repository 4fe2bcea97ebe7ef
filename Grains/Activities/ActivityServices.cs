using Microsoft.Extensions.DependencyInjection;

namespace Orchestration.Grains.Activities;

/// <summary>Registers what runs activities.</summary>
internal static class ActivityServices
{
    /// <summary>Adds the silo's <see cref="ActivityHost"/> and the way to those of other silos.</summary>
    public static IServiceCollection AddActivities(this IServiceCollection services)
    {
        services.AddSingleton<ActivityHost>();
        services.AddSingleton<ActivityDispatcher>();
        return services;
    }
}
