using Microsoft.Extensions.DependencyInjection;

namespace Orchestration.Grains.Visibility;

/// <summary>Registers what answers for results and lists.</summary>
internal static class VisibilityServices
{
    /// <summary>Adds the silo's <see cref="ResultHub"/>.</summary>
    public static IServiceCollection AddVisibility(this IServiceCollection services) => services.AddSingleton<ResultHub>();
}
