using Microsoft.Extensions.DependencyInjection;
using Orchestration.Grains.Storage;
using Orleans;
#if ORLEANS
using Orleans.Configuration;
#endif
using Orleans.Hosting;
using Orleans.Messaging;
using Orleans.Storage;

namespace Orchestration.Grains.Hosting;

/// <summary>
/// Lets silos keep Orleans' reminders, grain state and membership in the history store, and clients find the silos there.
/// </summary>
public static class StoreProviderExtensions
{
    /// <summary>Keeps reminders in the registered <see cref="IReminderStore"/>.</summary>
    public static ISiloBuilder UseStoreReminders(this ISiloBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddReminders();
        builder.Services.AddSingleton<IReminderTable>(static s => new StoreReminderTable(s.GetRequiredService<IReminderStore>()));
        return builder;
    }

    /// <summary>Keeps grain state of a provider name in the registered <see cref="ISmallStateStore"/>.</summary>
    public static ISiloBuilder AddStoreGrainStorage(this ISiloBuilder builder, string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddKeyedSingleton<IGrainStorage>(name, static (s, _) =>
            new StoreGrainStorage(s.GetRequiredService<ISmallStateStore>()));
        return builder;
    }

    /// <summary>
    /// Makes the silo a member of the cluster (<c>ClusterOptions.ClusterId</c>) whose silos list themselves in the registered
    /// <see cref="IMembershipStore"/>. All silos that name the same id in the same store are one cluster.
    /// </summary>
    public static ISiloBuilder UseStoreMembership(this ISiloBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<IMembershipTable>(static s => ActivatorUtilities.CreateInstance<StoreMembershipTable>(s));
        return builder;
    }

    /// <summary>
    /// Lets a client find the gateways of the cluster (<c>ClusterOptions.ClusterId</c>) in the registered
    /// <see cref="IMembershipStore"/>: those of silos in full service, asked for again every 10 s.
    /// </summary>
    public static IClientBuilder UseStoreGateways(this IClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<IGatewayListProvider>(static s =>
            ActivatorUtilities.CreateInstance<StoreGatewayListProvider>(s));
#if ORLEANS
        // Orleans has a period of its own, and keeps the connection to a gateway that hangs until the list is without it.
        builder.Services.PostConfigure<GatewayOptions>(static options =>
        {
            if (options.GatewayListRefreshPeriod == new GatewayOptions().GatewayListRefreshPeriod)
                options.GatewayListRefreshPeriod = StoreGatewayListProvider.Period;
        });
#endif
        return builder;
    }
}
