using Orchestration.Client;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Upgrades;

/// <summary>A cluster whose silos host different code: who runs what, and what happens to what nobody can run.</summary>
public sealed class UpgradeTests
{
    private const int Runs = 12;

    [Fact]
    public async Task Start_OfATypeThatOneSiloHosts_RunsThereWhoeverIsAsked()
    {
        await using var cluster = new EngineCluster();
        var orders = await cluster.AddAsync(static o => o.AddWorkflow<OrderOne>());
        var invoices = await cluster.AddAsync(static o => o.AddWorkflow<Invoice>());
        foreach (var silo in new[] { orders, invoices })
        {
            for (var n = 0; n < Runs; n++)
            {
                var run = silo.Client.GetWorkflow<Invoice>($"{EngineCluster.KeyOf(silo)} {n}");
                await run.StartAsync($"{n}");
                Assert.Equal($"invoice {n}", await run.GetResultAsync());
            }
        }
    }

    [Fact]
    public async Task Start_OfATypeThatNoSiloHosts_SaysWhatTheClusterHosts()
    {
        await using var cluster = new EngineCluster();
        var one = await cluster.AddAsync(static o => o.AddWorkflow<OrderOne>());
        await cluster.AddAsync(static o => o.AddWorkflow<Invoice>().AddWorkflow<OrderTwo>());
        var error = await Assert.ThrowsAsync<UnknownWorkflowType>(() => one.Client.GetWorkflow<Collect>("any").StartAsync("x"));
        Assert.Contains("invoice, order (versions 1, 2)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_OfAVersionThatOnlyTheOldSiloHosts_EndThereWhileNewOnesTakeTheNewVersion()
    {
        await using var cluster = new EngineCluster();
        var old = await cluster.AddAsync(static o => o.AddWorkflow<OrderOne>());
        for (var n = 0; n < Runs; n++) await old.Client.GetWorkflow<OrderOne>($"old{n}").StartAsync($"old{n}");
        var young = await cluster.AddAsync(static o => o.AddWorkflow<OrderTwo>());
        for (var n = 0; n < Runs; n++)
        {
            await young.Client.GetWorkflow<OrderTwo>($"new{n}").StartAsync($"new{n}", new StartOptions { Version = 2 });
            await young.Client.GetWorkflow<OrderTwo>($"new{n}").SignalAsync(static w => w.Go());
            await young.Client.GetWorkflow<OrderOne>($"old{n}").SignalAsync(static w => w.Go());
        }

        for (var n = 0; n < Runs; n++)
        {
            Assert.Equal($"old{n} by version 1", await young.Client.GetWorkflow<OrderOne>($"old{n}").GetResultAsync());
            Assert.Equal($"new{n} by version 2", await old.Client.GetWorkflow<OrderTwo>($"new{n}").GetResultAsync());
        }
    }

    [Fact]
    public async Task Runs_WhoseLastSiloLeaves_StallAndGoOnByThemselvesWhenOneJoins()
    {
        await using var cluster = new EngineCluster();
        var old = await cluster.AddAsync(static o => o.AddWorkflow<OrderOne>());
        for (var n = 0; n < Runs; n++) await old.Client.GetWorkflow<OrderOne>($"o{n}").StartAsync($"o{n}");
        var young = await cluster.AddAsync(static o => o.AddWorkflow<OrderTwo>());
        await cluster.LeaveAsync(old);
        for (var n = 0; n < Runs; n++)
        {
            var run = young.Client.GetWorkflow<OrderOne>($"o{n}");
            await Assert.ThrowsAsync<WorkflowStalled>(() => run.SignalAsync(static w => w.Go()));
            var stalled = await run.DescribeAsync();
            Assert.Equal(
                (WorkflowStatus.Stalled, "workflow 'order' version 1", "workflow 'order' version 2"),
                (stalled.Status, stalled.Stall!.Expected, stalled.Stall.Actual));
        }

        // No client does anything: the runs' shards hear of the newcomer.
        var again = await cluster.AddAsync(static o => o.AddWorkflow<OrderOne>().AddWorkflow<OrderTwo>());
        for (var n = 0; n < Runs; n++)
        {
            var id = new WorkflowKey($"o{n}");
            await Eventually.EventuallyAsync(
                async () => (await cluster.Store.FindAsync(id))!.Summary.Status, static s => s == WorkflowStatus.Running,
                $"{id} goes on");
        }

        for (var n = 0; n < Runs; n++)
        {
            var run = young.Client.GetWorkflow<OrderOne>($"o{n}");
            await run.SignalAsync(static w => w.Go());
            Assert.Equal($"o{n} by version 1", await run.GetResultAsync());
        }

        Assert.NotNull(again);
    }

    [Fact]
    public async Task Runs_ThatAnotherSilosCodeDoesNotFit_GoBackToTheOneThatFits()
    {
        await using var cluster = new EngineCluster();
        var fitting = await cluster.AddAsync(static o => o.AddWorkflow<ShipmentByTimer>());
        var ids = Enumerable.Range(0, 2 * Runs).Select(static n => $"back {n} {Guid.NewGuid()}").ToArray(); // so that some move
        foreach (var id in ids) await fitting.Client.GetWorkflow<ShipmentByTimer>(id).StartAsync(id);
        var other = await cluster.AddAsync(static o => o.AddWorkflow<ShipmentByActivity>().AddActivities<Courier>());
        foreach (var id in ids) await other.Client.GetWorkflow<ShipmentByTimer>(id).SignalAsync(static w => w.Go());
        foreach (var id in ids)
        {
            Assert.Equal("by timer", await other.Client.GetWorkflow<ShipmentByTimer>(id).GetResultAsync());
            Assert.InRange(Shipments.Begun.GetValueOrDefault(("activity", id)), 0, 1);
        }

        Assert.Contains(ids, static id => Shipments.Begun.ContainsKey(("activity", id))); // some moved with the ring
    }

    [Fact]
    public async Task Run_ThatNoSilosCodeFits_IsTriedOnceByEachBuildAndStallsUntilOneFits()
    {
        await using var cluster = new EngineCluster();
        var first = await cluster.AddAsync(static o => o.AddWorkflow<ShipmentByTimer>());
        var id = $"nobody {Guid.NewGuid()}";
        await first.Client.GetWorkflow<ShipmentByTimer>(id).StartAsync(id);
        await Eventually.EventuallyAsync(
            async () => (await first.Client.GetWorkflow<ShipmentByTimer>(id).DescribeAsync()).HistoryLength, static n => n >= 3,
            "its timer fired");
        var second = await cluster.AddAsync(static o => o.AddWorkflow<ShipmentByActivity>().AddActivities<Courier>());
        await cluster.AddAsync(static o => o.AddWorkflow<ShipmentByChild>().AddActivities<Courier>());
        await cluster.LeaveAsync(first);

        var run = second.Client.GetWorkflow<ShipmentByTimer>(id);
        await Assert.ThrowsAsync<WorkflowStalled>(() => run.SignalAsync(static w => w.Go()));
        var stalled = await run.DescribeAsync();
        Assert.Equal(WorkflowStatus.Stalled, stalled.Status);
        Assert.NotNull(stalled.Stall!.Expected);
        Assert.NotNull(stalled.Stall.Actual);
        Assert.Equal((1, 1), (Tries("activity"), Tries("child")));

        // One more silo of a build that was tried changes nothing.
        await cluster.AddAsync(static o => o.AddWorkflow<ShipmentByActivity>().AddActivities<Courier>());
        Assert.Equal(WorkflowStatus.Stalled, (await run.DescribeAsync()).Status);
        var tries = Tries("activity") + Tries("child");
        Assert.InRange(tries, 2, 3); // where the ring moved the instance, it is looked at there

        await cluster.AddAsync(static o => o.AddWorkflow<ShipmentByTimer>());
        await Eventually.EventuallyAsync(
            async () => (await run.DescribeAsync()).Status, static s => s == WorkflowStatus.Running, "it goes on");
        await run.SignalAsync(static w => w.Go());
        Assert.Equal("by timer", await run.GetResultAsync());

        int Tries(string code) => Shipments.Begun.GetValueOrDefault((code, id));
    }

    [Fact]
    public async Task Activity_ThatOneSiloHosts_RunsThere()
    {
        await using var cluster = new EngineCluster();
        var without = await cluster.AddAsync(static o => o.AddWorkflow<Collect>());
        await cluster.AddAsync(static o => o.AddWorkflow<Collect>());
        await cluster.AddAsync(static o => o.AddActivities<Courier>());
        for (var n = 0; n < Runs; n++)
        {
            var run = without.Client.GetWorkflow<Collect>($"c{n}");
            await run.StartAsync($"c{n}");
            Assert.Equal($"collected c{n}", await run.GetResultAsync());
        }
    }
}
