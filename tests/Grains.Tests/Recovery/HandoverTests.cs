using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Grains.Tests.Support;

namespace Orchestration.Grains.Tests.Recovery;

/// <summary>Runs that are at work when the silo that has them hands them over.</summary>
public sealed class HandoverTests
{
    private const int Runs = 40;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Handover_CallersWaitForRunsInTheirMidst_NothingWaitsForTheCallersLimit(bool leaves)
    {
        var world = new World();
        await using var cluster = new EngineCluster { Services = s => s.AddSingleton(world) };
        var first = await cluster.AddAsync(TestHosting.All);
        var second = leaves ? await cluster.AddAsync(TestHosting.All) : null;

        // Each caller waits in the run's grain, for an attempt that ends once the run has moved.
        var ended = Enumerable.Range(0, Runs)
            .Select(n => first.Client.GetWorkflow<Blocker>($"b{n}").ExecuteAsync($"b{n}")).ToArray();
        for (var n = 0; n < Runs; n++) await world.StartOf($"b{n}").Task;
        var began = Stopwatch.GetTimestamp();
        var change = leaves ? cluster.LeaveAsync(second!) : cluster.AddAsync(TestHosting.All);
        for (var n = 0; n < Runs; n++) world.Block($"b{n}").TrySetResult($"done {n}");
        await change;
        for (var n = 0; n < Runs; n++) Assert.Equal($"done {n}", await ended[n]);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }
}
