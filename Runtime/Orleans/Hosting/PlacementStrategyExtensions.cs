using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Orleans.Hosting;

/// <summary>Registers placement strategies with the directors that carry them out.</summary>
public static class PlacementStrategyExtensions
{
    /// <summary>Registers a strategy and its director, made once.</summary>
    public static ISiloBuilder AddPlacementDirector<TStrategy, TDirector>(this ISiloBuilder builder)
        where TStrategy : PlacementStrategy, new()
        where TDirector : class, IPlacementDirector
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddPlacementDirector<TStrategy, TDirector>();
        return builder;
    }

    /// <summary>Registers a strategy and what makes its director.</summary>
    public static ISiloBuilder AddPlacementDirector<TStrategy>(
        this ISiloBuilder builder, Func<IServiceProvider, IPlacementDirector> createDirector)
        where TStrategy : PlacementStrategy, new()
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddPlacementDirector<TStrategy>(createDirector);
        return builder;
    }

    /// <summary>Registers a strategy and its director, made once.</summary>
    public static void AddPlacementDirector<TStrategy, TDirector>(this IServiceCollection services)
        where TStrategy : PlacementStrategy, new()
        where TDirector : class, IPlacementDirector =>
        services.AddPlacementDirector<TStrategy>(static provider => ActivatorUtilities.CreateInstance<TDirector>(provider));

    /// <summary>Registers a strategy and what makes its director.</summary>
    public static void AddPlacementDirector<TStrategy>(
        this IServiceCollection services, Func<IServiceProvider, IPlacementDirector> createDirector)
        where TStrategy : PlacementStrategy, new()
    {
        services.AddKeyedSingleton<PlacementStrategy, TStrategy>(typeof(TStrategy).Name);
        services.AddKeyedSingleton<IPlacementDirector>(typeof(TStrategy), (provider, _) => createDirector(provider));
    }
}
