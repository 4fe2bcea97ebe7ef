using Microsoft.Extensions.DependencyInjection;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Storage.Sqlite;

namespace Orchestration.Benchmarks.Cluster;

/// <summary>The store that all silos of the process share.</summary>
internal sealed class BenchStore : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly DirectoryInfo? _temporary;

    public BenchStore(ClusterOptions options)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddMetrics().AddSingleton(TimeProvider.System);
        if (options.UsesSqlite)
        {
            _temporary = options.Data is null ? Directory.CreateTempSubdirectory("cluster-bench-") : null;
            var data = Directory.CreateDirectory(options.Data ?? _temporary!.FullName);
            services.AddSqliteStorage(o => o.Path = Path.Combine(data.FullName, "orchestration.db"));
        }
        else
        {
            services.AddSingleton<IHistoryStore, InMemoryHistoryStore>();
            services.AddSingleton<ISmallStateStore, InMemorySmallStateStore>();
        }

        // Who is a member changes only at the edges of what is measured.
        services.AddSingleton<IMembershipStore, InMemoryMembershipStore>();
        services.AddSingleton<IReminderStore, InMemoryReminderStore>();
        _services = services.BuildServiceProvider();
        History = _services.GetRequiredService<IHistoryStore>();
    }

    public IHistoryStore History { get; }

    /// <summary>Has a silo use it.</summary>
    public void AddTo(IServiceCollection services, IHistoryStore history)
    {
        services.AddSingleton(history);
        services.AddSingleton(_services.GetRequiredService<ISmallStateStore>());
        AddMembersTo(services);
        services.AddSingleton(_services.GetRequiredService<IReminderStore>());
    }

    /// <summary>Has a client find gateways in it.</summary>
    public void AddMembersTo(IServiceCollection services) =>
        services.AddSingleton(_services.GetRequiredService<IMembershipStore>());

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _temporary?.Delete(recursive: true);
    }
}
