using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.AzureStorage.Tests.Server;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage;
using Orchestration.Tests.Support;
using Orchestration.Workflows;
using Orleans.Hosting;
using Xunit.Abstractions;

namespace Orchestration.AzureStorage.Tests;

/// <summary>Recovery by the whole engine: each run of a shard is found, read, replayed, and its next turn committed.</summary>
public sealed class WakingTests(ITestOutputHelper output)
{
    private const int Runs = 10_000, Shard = 77;

    [Theory]
    [InlineData(1 << 30)] // all of it is in the log still
    [InlineData(1 << 20)] // most of it is in packs and tables
    public async Task Recovery_TenThousandRunsOfOneShardWereDueMeanwhile_AreAllWokenAndTakeTheirTurn(int flushBytes)
    {
        await using var fixture = new AzureFixture(AzureStorageForm.SharedLog);
        await fixture.OpenAsync();
        var ids = Enumerable.Range(0, int.MaxValue).Select(static n => $"run-{n}")
            .Where(static id => Shards.Of(new WorkflowKey(id), Shards.Default) == Shard).Take(Runs).ToArray();
        using (var first = await StartAsync(fixture, TimeProvider.System, flushBytes))
        {
            var client = first.Services.GetRequiredService<IWorkflowClient>();
            await Parallel.ForEachAsync(
                ids, new ParallelOptions { MaxDegreeOfParallelism = 64 },
                async (id, cancellation) => await client.GetWorkflow<Sleeping>(id).StartAsync(
                    TimeSpan.FromHours(1), cancellationToken: cancellation));
            await first.StopAsync();
        }

        // For the silo that comes, hours have passed.
        using var closed = new ClosedRuns();
        var started = Stopwatch.GetTimestamp();
        using var second = await StartAsync(fixture, new LaterClock(TimeSpan.FromHours(2)));
        var serving = Stopwatch.GetElapsedTime(started);
        var before = second.Services.GetRequiredService<AzureStorageStores>().Requests;
        await Eventually.EventuallyAsync(
            () => closed.Count == Runs, "all have been woken and have ended");
        var ended = Stopwatch.GetElapsedTime(started);
        var requests = second.Services.GetRequiredService<AzureStorageStores>().Requests;
        output.WriteLine(
            $"all ended {ended.TotalSeconds:0.00} s after the silo began to start, which serves after "
            + $"{serving.TotalSeconds:0.00} s; {requests} requests, {requests - before} of them since it serves");

        // A run costs a small part of a request: its reading shares a page with others, its turn a block.
        Assert.InRange(requests, 1, Runs / 2);
        await second.StopAsync();
    }

    private static async Task<IHost> StartAsync(AzureFixture fixture, TimeProvider time, int? flushBytes = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(time);
        builder.Services.AddAzureStorage(store =>
        {
            var options = fixture.Options();
            (store.ConnectionString, store.Container) = (options.ConnectionString, options.Container);
            if (flushBytes is { } bytes) store.FlushBytes = bytes;
        });
        builder.UseOrleans(static silo =>
        {
            silo.UseLocalhostClustering(siloPort: 0, gatewayPort: 0);
            silo.UseStoreReminders();
            silo.AddOrchestration(static options => options.AddWorkflow<Sleeping>());
        });
        builder.Services.AddOrchestrationClient();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    /// <summary>Sleeps, and ends.</summary>
    [Workflow("sleeping")]
    public sealed class Sleeping : Workflow<TimeSpan, int>
    {
        public override async Task<int> RunAsync(TimeSpan sleep)
        {
            await Context.DelayAsync(sleep);
            return 1;
        }
    }

    /// <summary>A clock that is ahead.</summary>
    private sealed class LaterClock(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
    }

    /// <summary>Runs whose end is durable, by the engine's own count: of all silos of the process together.</summary>
    private sealed class ClosedRuns : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _count;

        public ClosedRuns()
        {
            _listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "orchestration.workflow.closed") listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, closed, tags, _) =>
            {
                foreach (var tag in tags)
                    if (tag.Value is "sleeping") Interlocked.Add(ref _count, closed);
            });
            _listener.Start();
        }

        public long Count
        {
            get
            {
                Interlocked.Exchange(ref _count, 0);
                _listener.RecordObservableInstruments();
                return Interlocked.Read(ref _count);
            }
        }

        public void Dispose() => _listener.Dispose();
    }
}
