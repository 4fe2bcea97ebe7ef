using System.Globalization;
using Orchestration.Benchmarks.Load.Hosting;
using Orchestration.Benchmarks.Load.Measuring;

namespace Orchestration.Benchmarks.Load.Workloads;

/// <summary>What a workload runs on: one silo or more, a store, and a client.</summary>
internal sealed record Bench(LoadOptions Options, LoadStore Store, IReadOnlyList<SiloProcess> Silos, LoadClient Client)
    : IAsyncDisposable
{
    /// <summary>Makes this run's workflow ids unlike any other's.</summary>
    public string Tag { get; } = NewTag();

    /// <summary>The first silo's process.</summary>
    public SiloProcess Silo => Silos[0];

    /// <summary>A new one.</summary>
    public static string NewTag() => Random.Shared.Next(0x1000000).ToString("x6", CultureInfo.InvariantCulture);

    /// <summary>Where a silo notes its executions, if it does.</summary>
    public static string LogOf(LoadOptions options, int silo) => Path.Combine(options.Data, $"executions-{silo}.txt");

    /// <summary>Starts it all.</summary>
    /// <param name="options">What is to be measured.</param>
    /// <param name="store">A store that is there already; null: an empty one.</param>
    /// <param name="logs">Whether the silos note executions.</param>
    public static async Task<Bench> StartAsync(LoadOptions options, LoadStore? store = null, bool logs = false)
    {
        store ??= await LoadStore.CreateAsync(options);
        var silos = new List<SiloProcess>();
        try
        {
            var arguments = new SiloArguments
            {
                Data = options.Data, Store = store.Address, Cluster = options.Silos > 1 ? "load" : null,
                Count = options.Silos / options.SiloProcesses,
            };

            Task<SiloProcess> StartOneAsync(int i) =>
                SiloProcess.StartAsync(logs ? arguments with { ExecutionLog = LogOf(options, i) } : arguments);

            // The first alone, since it makes the tables.
            silos.Add(await StartOneAsync(0));
            silos.AddRange(await Task.WhenAll(Enumerable.Range(1, options.SiloProcesses - 1).Select(StartOneAsync)));
            return new Bench(options, store, silos, await LoadClient.ConnectAsync(arguments, silos[0].Port));
        }
        catch
        {
            foreach (var silo in silos) await silo.DisposeAsync();
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>A meter over all the processes.</summary>
    public Meter NewMeter()
    {
        var watched = new Dictionary<string, IReadOnlyList<int>>
        {
            ["server"] = [.. Silos.Select(static s => s.Id)], ["client"] = [Environment.ProcessId],
        };
        if (Store.ServerId is { } database) watched["database"] = [database];
        return new Meter(watched);
    }

    /// <summary>Requests of all silos to a store that is paid by the request; 0 of others.</summary>
    public async Task<long> RequestsAsync() => (await Task.WhenAll(Silos.Select(static s => s.RequestsAsync()))).Sum();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Task.WhenAll(Silos.Select(static s => s.DisposeAsync().AsTask()));
        await Store.DisposeAsync();
    }
}
