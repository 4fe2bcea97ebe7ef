using System.Globalization;
using Orchestration.Chaos.Cluster;
using Orchestration.Chaos.Network;
using Orchestration.Chaos.Reporting;
using Orchestration.OrderFulfillment.Workflows;
using Orchestration.OrderFulfillment.Workflows.Storage;
using Orchestration.Tests.Servers;

namespace Orchestration.Chaos.Faults;

/// <summary>Carries faults out and takes them back.</summary>
internal sealed class FaultRunner(
    IReadOnlyList<SiloSlot> silos, SiloNetwork network, PostgresServer database, string shop, Timeline timeline)
{
    private readonly List<Task> _ending = [];

    /// <summary>Carries the plan out, a fault every so often, and waits until the last one is over.</summary>
    public async Task RunAsync(IReadOnlyList<Fault> plan, ChaosOptions options, CancellationToken cancellationToken)
    {
        for (var i = 0; i < plan.Count; i++)
        {
            await Pause.ForAsync(options.FaultEvery * (i + 0.5) - TimeSpan.FromSeconds(timeline.Now), cancellationToken);

            // A smoke has few faults, and shall have each of them.
            while (options.IsSmoke && !silos.All(static s => s.IsWell))
                await Pause.ForAsync(TimeSpan.FromMilliseconds(100), cancellationToken);
            await BeginAsync(plan[i]);
        }

        await Task.WhenAll(_ending);
    }

    private async Task BeginAsync(Fault fault)
    {
        // A majority stays well, so that what is asked for can be given; else it is the database's turn.
        var well = silos.Where(static s => s.IsWell).ToList();
        var wanted = fault.Kind switch { FaultKind.Database => 0, FaultKind.Pair => 2, _ => 1 };
        if (wanted > 0 && well.Count - 1 < (silos.Count / 2) + 1)
        {
            timeline.Add($"FAULT {Name(fault)} falls away: {well.Count} of {silos.Count} silos are well");
            return;
        }

        var targets = Enumerable.Range(0, wanted).Select(n => well[(fault.Draw + n) % well.Count]).ToList();
        fault.Silos = [.. targets.Select(static s => s.Number)];
        fault.At = timeline.Now;
        timeline.Add($"FAULT {Name(fault)}");
        foreach (var silo in targets) silo.IsHarmed = true;
        await CarryOutAsync(fault, targets);
        _ending.Add(EndAsync(fault, targets));
    }

    private async Task CarryOutAsync(Fault fault, List<SiloSlot> targets)
    {
        switch (fault.Kind)
        {
            case FaultKind.Kill:
                targets[0].Kill();
                break;
            case FaultKind.Leave:
                targets[0].Leave();
                break;
            case FaultKind.Freeze:
                Freeze(targets[0]);
                break;
            case FaultKind.Isolate:
                targets[0].Mark();
                await SiloNetwork.IsolateAsync(targets[0].Number);
                break;
            case FaultKind.Peers:
                targets[0].Mark();
                await network.CutPeersAsync(targets[0].Number);
                break;
            case FaultKind.Pair:
                foreach (var target in targets) target.Mark();
                await network.CutPairAsync(targets[0].Number, targets[1].Number);
                break;
            case FaultKind.Store:
                targets[0].Mark();
                await network.CutStoreAsync(targets[0].Number, database.Port);
                break;
            case FaultKind.Database:
                await database.StopAsync();
                break;
        }
    }

    private async Task EndAsync(Fault fault, List<SiloSlot> targets)
    {
        await Pause.ForAsync(fault.Length);
        if (fault.Kind == FaultKind.Database) await database.StartAsync();
        if (fault.Kind == FaultKind.Freeze) targets[0].Continue();
        if (fault.Kind is FaultKind.Isolate or FaultKind.Peers or FaultKind.Pair or FaultKind.Store)
            await network.MendAsync(targets[0].Number);
        if (fault.Kind is not (FaultKind.Kill or FaultKind.Leave)) timeline.Add($"  over: {Name(fault)}");
        foreach (var target in targets) target.IsHarmed = false;
    }

    /// <summary>
    /// The shop's books are files here, and no part of what is tested: a silo is frozen while it holds none of their locks, for
    /// which all others would wait.
    /// </summary>
    private void Freeze(SiloSlot silo)
    {
        using var books = SqliteSession.OpenToWrite(OrderFulfillmentServices.ShopPath(shop), "");
        using var ledger = SqliteSession.OpenToWrite(OrderFulfillmentServices.LedgerPath(shop), "");
        books.Execute("BEGIN IMMEDIATE");
        ledger.Execute("BEGIN IMMEDIATE");
        silo.Freeze();
        ledger.Execute("ROLLBACK");
        books.Execute("ROLLBACK");
    }

    private static string Name(Fault fault) =>
        fault.Kind.ToString().ToLowerInvariant()
        + (fault.Silos.Count > 0 ? " of silo " + string.Join(" and ", fault.Silos) : "")
        + string.Create(
            CultureInfo.InvariantCulture, $"{(fault.Length > TimeSpan.Zero ? $" for {fault.Length.TotalSeconds:0} s" : "")}");
}
