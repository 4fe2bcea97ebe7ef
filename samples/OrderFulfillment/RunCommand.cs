using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestration.Client;
using Orchestration.OrderFulfillment.Auditing;
using Orchestration.OrderFulfillment.Display;
using Orchestration.OrderFulfillment.Hosting;
using Orchestration.OrderFulfillment.Input;
using Orchestration.OrderFulfillment.Running;
using Orchestration.OrderFulfillment.Workflows;
using Orchestration.OrderFulfillment.Workflows.Shop;
using Orchestration.Workflows;
using Spectre.Console;

namespace Orchestration.OrderFulfillment;

/// <summary>Takes the input, runs every order to its end, and audits the books.</summary>
internal static class RunCommand
{
    public const int Clean = 0;
    public const int Broken = 1;
    public const int Unusable = 2;
    public const int Interrupted = 130;

    private const ulong DefaultSeed = 7;

    public static async Task<int> RunAsync(RunOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            using var only = DirectoryLock.Take(options.DataDirectory);
            return await RunAloneAsync(options, time, cancellationToken);
        }
        catch (Exception e) when (e is DirectoryInUse or EngineFault or SqliteException
            or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Unusable;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted. The same command goes on from here.");
            return Interrupted;
        }
    }

    private static async Task<int> RunAloneAsync(RunOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        int badLines;
        ulong seed;
        await using (var shop = new ShopDatabase(OrderFulfillmentServices.ShopPath(options.DataDirectory)))
        {
            seed = await SettleSeedAsync(shop, options);
            badLines = await TakeInputAsync(shop, options, cancellationToken);
        }

        using var host = ShopHost.Build(options.DataDirectory, seed);
        var started = time.GetTimestamp();
        await host.StartAsync(cancellationToken);
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        OrderRun run;
        var watching = Task.CompletedTask;
        IReadOnlyCollection<OrderEnd> ends = [];
        try
        {
            var shop = host.Services.GetRequiredService<ShopDatabase>();
            var client = host.Services.GetRequiredService<IWorkflowClient>();
            var watch = new StandstillWatch(client, time, Console.Error);
            run = new OrderRun(shop, client, watch, options.InFlight);
            var orders = shop.Read(static books => books.First("SELECT count(*) FROM order_book", static row => row.GetInt64(0)));
            watching = watch.WatchAsync(either.Token);
            await Display().ShowAsync(orders, async ended => ends = await run.RunAsync(ended, either.Token));
        }
        finally
        {
            await either.CancelAsync();
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            // The books are audited at rest: nothing of the silo, the provider or the shop is left running.
            await host.StopAsync(CancellationToken.None);
        }

        var elapsed = time.GetElapsedTime(started);
        var violations = Audit.Run(options.DataDirectory, ends);
        var retries = Books.CountRetries(options.DataDirectory);
        SummaryTable.Write(AnsiConsole.Console, new RunSummary(ends, run, badLines, retries, elapsed, violations));
        return violations.Count == 0 ? Clean : Broken;
    }

    private static async Task<ulong> SettleSeedAsync(ShopDatabase shop, RunOptions options)
    {
        var asked = (options.Seed ?? DefaultSeed).ToString(CultureInfo.InvariantCulture);
        var stands = await shop.SettleAsync("seed", asked);
        if (options.Seed is not null && stands != asked)
            throw new DirectoryInUse(
                $"{options.DataDirectory} was begun with --seed {stands}; leave --seed out, or name another --data.");
        return ulong.Parse(stands, CultureInfo.InvariantCulture);
    }

    private static async Task<int> TakeInputAsync(ShopDatabase shop, RunOptions options, CancellationToken cancellationToken)
    {
        if (options.OrdersFile is null || options.ProductsFile is null) return 0;
        using var problems = new InputProblems(Path.Combine(options.DataDirectory, "input-problems.txt"), Console.Error);
        await new Intake(shop, problems).TakeAsync(options.OrdersFile, options.ProductsFile, options.Restock, cancellationToken);
        return problems.Count;
    }

    private static IRunDisplay Display() =>
        Console.IsOutputRedirected ? new PlainDisplay(Console.Out) : new BarDisplay(AnsiConsole.Console);
}
