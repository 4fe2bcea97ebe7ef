using Microsoft.Extensions.DependencyInjection;
using Orchestration.Grains.Storage;
using Orleans;
using Orleans.Hosting;
using Orleans.Storage;

namespace Orchestration.Grains.Hosting;

/// <summary>Lets a silo keep Orleans' reminders and grain state in the history store.</summary>
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
}
