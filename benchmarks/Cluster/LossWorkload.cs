using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestration.Benchmarks.Load.Measuring;
using Orchestration.Client;

namespace Orchestration.Benchmarks.Cluster;

/// <summary>
/// Three silos with as many runs at work as make so many on one of them, which dies: from its being declared dead until all its
/// runs have begun their attempts anew. Counts the attempts that began anew although their silo lives, too.
/// </summary>
internal static class LossWorkload
{
    private const int Silos = 3;

    public static async IAsyncEnumerable<JsonObject> RunAsync(ClusterOptions options)
    {
        options = options with { Runs = options.Runs * Silos };
        await using var store = new BenchStore(options);
        var all = Enumerable.Range(0, Silos).Select(_ => new Holds(options.Runs)).ToArray();
        var silos = new List<BenchSilo>();
        foreach (var holds in all)
        {
            silos.Add(await BenchSilo.StartAsync(
                store, mayDie: true, services => BalanceWorkload.Hold(services, options, holds)));
        }

        using var client = await BenchSilo.ConnectAsync(store);
        var workflows = client.Services.GetRequiredService<IWorkflowClient>();
        await Parallel.ForAsync(0, options.Runs, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (n, cancel) =>
            await workflows.GetWorkflow<HeldWorkflow>($"order-{n}").StartAsync(n, cancellationToken: cancel));
        while (all.Sum(static holds => holds.BegunOnce) < options.Runs) await Task.Delay(20);
        var (had, others) = (all[0].BegunOnce, all[1].BegunOnce + all[2].BegunOnce);
        silos[0].Die();
        await silos[1].Membership.TryKill(silos[0].Address);
        var began = Stopwatch.GetTimestamp();
        var half = TimeSpan.Zero;
        while (all[1].BegunOnce + all[2].BegunOnce - others is var anew && anew < had)
        {
            if (half == TimeSpan.Zero && anew >= had / 2) half = Stopwatch.GetElapsedTime(began);
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromMinutes(1)) break;
            await Task.Delay(5);
        }

        yield return new JsonObject
        {
            ["workload"] = "loss",
            ["store"] = options.UsesSqlite ? "sqlite" : "memory",
            ["runs_lost"] = had,
            ["runs_elsewhere"] = others,
            ["begun_anew"] = all[1].BegunOnce + all[2].BegunOnce - others,
            ["begun_twice_elsewhere"] = all[1].BegunAgain + all[2].BegunAgain,
            ["half_s"] = Json.Round(half.TotalSeconds),
            ["all_s"] = Json.Round(Stopwatch.GetElapsedTime(began).TotalSeconds),
        };
        foreach (var holds in all) holds.Release();
        await client.StopAsync();
        foreach (var silo in silos) await silo.DisposeAsync();
    }
}
