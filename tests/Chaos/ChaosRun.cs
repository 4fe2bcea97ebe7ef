using Microsoft.Extensions.DependencyInjection;
using Orchestration.Chaos.Checking;
using Orchestration.Chaos.Cluster;
using Orchestration.Chaos.Faults;
using Orchestration.Chaos.Load;
using Orchestration.Chaos.Network;
using Orchestration.Chaos.Reporting;
using Orchestration.Client;
using Orchestration.OrderFulfillment.Auditing;
using Orchestration.OrderFulfillment.Workflows;
using Orchestration.OrderFulfillment.Workflows.Shop;
using Orchestration.Tests.Servers;

namespace Orchestration.Chaos;

/// <summary>One run: silos, load, faults, and what is held against the books at the end.</summary>
internal sealed class ChaosRun
{
    private const int CapacityCallers = 64;
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly ChaosOptions _options;
    private readonly SiloNetwork _network;
    private readonly string _directory;
    private readonly Timeline _timeline = new(Console.Out);
    private readonly Throughput _throughput = new();

    private ChaosRun(ChaosOptions options, SiloNetwork network, string directory)
    {
        _options = options;
        _network = network;
        _directory = directory;
    }

    private string Shop => Path.Combine(_directory, "shop");

    /// <summary>Runs it; the exit code.</summary>
    public static async Task<int> RunAsync(ChaosOptions options, SiloNetwork network)
    {
        var directory = options.Data ?? Directory.CreateTempSubdirectory("orchestration-chaos-").FullName;
        Directory.CreateDirectory(directory);
        var verdict = await new ChaosRun(options, network, directory).RunAsync();
        verdict.Write(Console.Out);
        if (options.Data is null && !verdict.IsBroken) Directory.Delete(directory, recursive: true);
        else Console.WriteLine($"Logs of the silos, and the books: {directory}");
        Console.WriteLine(verdict.ToJson());
        return verdict.IsBroken ? 1 : 0;
    }

    private async Task<Verdict> RunAsync()
    {
        await using var database = await PostgresServer.StartNewAsync(
            new PostgresSettings { Address = SiloNetwork.HubAddress, Options = ["max_connections=300"] });
        var address = database.Url("chaos");
        var products = SampleProducts.Read();
        Directory.CreateDirectory(Shop);
        await using var shop = new ShopDatabase(OrderFulfillmentServices.ShopPath(Shop));

        // More than is ever asked for, lest an empty shelf end most orders before their first step.
        await shop.StockAsync([.. products.Select(static p => p with { Units = 100_000_000 })]);
        using var book = new OrderBook(shop, new OrderFactory(_options.Seed, products));
        var silos = await StartAsync(address);
        OrderDesk desk;
        double capacity = 0, rate, end;
        var plan = FaultPlan.Of(_options);
        IReadOnlyList<int> completed;
        using (var host = await ChaosHost.ConnectAsync(address))
        {
            desk = new OrderDesk(host.Services.GetRequiredService<IWorkflowClient>(), _throughput);
            if (_options.Rate is null) capacity = await MeasureAsync(desk, book);
            rate = _options.Rate ?? Math.Max(1, capacity / 2);
            var faults = new FaultRunner(silos, _network, database, Shop, _timeline);
            (completed, end) = await HarmAsync(desk, book, rate, plan, faults);
            await host.StopAsync();
        }

        await Task.WhenAll(silos.Select(static s => s.StopAsync()));
        var check = new HistoryCheck(desk, [.. silos.SelectMany(static s => s.Lives)]);
        await check.RunAsync(address);
        return new Verdict
        {
            Options = _options, Capacity = capacity, Rate = rate, Plan = plan, Completed = completed,
            Latencies = _throughput.LatenciesBySecond(check.OwnWaitsOf),
            End = end, Desk = desk, Check = check,
            Audit = Audit.Run(Shop, desk.Ends.Values),
            Lives = [.. silos.SelectMany(static s => s.Lives)],
        };
    }

    private async Task<List<SiloSlot>> StartAsync(string address)
    {
        string[] arguments = ["--data", _directory, "--cluster", ChaosHost.Cluster, "--store", address, "--port", "0"];
        var random = new Random(_options.Seed);
        var silos = Enumerable.Range(0, _options.Silos).Select(i => new SiloSlot(
            i, _network, arguments, Path.Combine(_directory, $"silo{i}.log"), _timeline,
            TimeSpan.FromMilliseconds(random.Next(200, 3000)))).ToList();

        // The first alone, since it makes the tables.
        silos[0].Start();
        await silos[0].ReadyAsync().WaitAsync(Patience);
        foreach (var silo in silos.Skip(1)) silo.Start();
        await Task.WhenAll(silos.Select(static s => s.ReadyAsync())).WaitAsync(Patience);
        return silos;
    }

    private async Task<double> MeasureAsync(OrderDesk desk, OrderBook book)
    {
        await book.FillAsync(1_000);
        var capacity = await Loops.ClosedAsync(
            desk, book, _throughput, CapacityCallers, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(15));
        _timeline.Add($"capacity: {capacity:0} orders a second with {CapacityCallers} under way");
        return capacity;
    }

    private async Task<(IReadOnlyList<int> Completed, double End)> HarmAsync(
        OrderDesk desk, OrderBook book, double rate, IReadOnlyList<Fault> plan, FaultRunner faults)
    {
        var ahead = (int)(rate * 10) + 100;
        await book.FillAsync(ahead);
        using var stop = new CancellationTokenSource();
        using var full = new CancellationTokenSource();
        var filling = book.KeepFilledAsync(ahead, full.Token);
        _timeline.Begin();
        _throughput.Begin();
        var harm = faults.RunAsync(plan, _options, stop.Token);
        var until = Task.WhenAll(harm, Pause.ForAsync(_options.Length + Lead, stop.Token));
        var orders = await Loops.OpenAsync(desk, book, _timeline, rate, until, stop.Token);
        await until;
        await full.CancelAsync();
        await filling;
        var end = _timeline.Now;
        _timeline.Add($"no more orders come in; {desk.Open} are under way");
        await FinishAsync(desk, book, orders);
        _timeline.Add("all have ended, or are given up");
        return (_throughput.CompletedBySecond(), end);
    }

    private async Task FinishAsync(OrderDesk desk, OrderBook book, List<Task> orders)
    {
        try
        {
            await Task.WhenAll(orders).WaitAsync(Patience);
            await Loops.RestAsync(desk, book).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            _timeline.Add($"{desk.Open} orders have not ended {Patience.TotalSeconds:0} s after the last fault");
        }
    }
}
