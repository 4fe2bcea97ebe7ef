using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestration.Client;
using Orchestration.Tests.Support;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orchestration.Silo.Tests;

/// <summary>
/// Calls that were under way to a silo which is killed. Their own time limit is of no help here: it is far longer than the test
/// waits.
/// </summary>
public sealed class LostCallTests : IDisposable
{
    private const string Source = """
        using System.Threading.Tasks;
        using Orchestration.Workflows;
        [assembly: System.Runtime.Versioning.TargetFramework(".NETCoreApp,Version=v10.0")]
        [Workflow("resident")]
        public sealed class Resident : Workflow<int, int>
        {
            private bool _go;
            [Signal] public void Go() => _go = true;
            [Query] public int Where() => System.Environment.ProcessId;
            public override async Task<int> RunAsync(int input)
            {
                await Context.WhenAsync(() => _go);
                return input + 1;
            }
        }
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("lost-");

    private string Data => Path.Combine(_directory.FullName, "data");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Gateway_IsKilledAndComesBack_CallsThatWentWithItAreRepeated()
    {
        var port = FreePorts.Take().ToString(CultureInfo.InvariantCulture);
        var assembly = AssemblyCompiler.Compile(_directory, "resident", [], Source).FullName;
        string[] arguments = ["--data", Data, "--port", port, "--http", "off", "--assembly", assembly];
        using var silo = SiloProcess.Start(arguments);
        using var host = await ConnectAsync(await silo.ReadyAsync(), null, isToldOfGatewaysAlone: true);
        var runs = await StartAsync(host, 4);
        var results = runs.Select(static run => run.GetResultAsync<int>()).ToArray();
        Assert.All(await WhereAsync(runs), id => Assert.Equal(silo.Id, id));

        silo.Kill();
        Assert.NotEqual(0, await silo.ExitAsync()); // else it may have its files and its port still
        using var next = SiloProcess.Start(arguments);
        await next.ReadyAsync();
        await EndAsync(runs, results);
        await host.StopAsync();
        Assert.Equal(0, await next.TerminateAsync());
    }

    [Fact]
    public async Task SiloBehindAGatewayThatStays_IsKilled_CallsThatWentWithItAreRepeated()
    {
        var assembly = AssemblyCompiler.Compile(_directory, "resident", [], Source).FullName;
        string[] arguments =
            ["--data", Data, "--cluster", "dev", "--port", "0", "--http", "off", "--assembly", assembly];
        using var first = SiloProcess.Start(arguments);
        var gatewayOfFirst = await first.ReadyAsync();
        using var second = SiloProcess.Start(arguments);
        var gatewayOfSecond = await second.ReadyAsync();
        int[] places;
        using (var starter = await ConnectAsync(gatewayOfSecond, "dev"))
        {
            places = await WhereAsync(await StartAsync(starter, 24));
            await starter.StopAsync();
        }

        // Wherever most of them are: the other one is the gateway.
        var isFirst = places.Count(id => id == first.Id) > places.Length / 2;
        var (behind, stays) = isFirst ? (first, second) : (second, first);
        using var host = await ConnectAsync(isFirst ? gatewayOfSecond : gatewayOfFirst, "dev");
        var runs = Runs(host, 24);
        var results = runs.Select(static run => run.GetResultAsync<int>()).ToArray();
        Assert.Contains(behind.Id, await WhereAsync(runs)); // what was asked before is there, too

        behind.Kill();
        await EndAsync(runs, results);
        await host.StopAsync();
        Assert.Equal(0, await stays.TerminateAsync());
    }

    private static IUntypedWorkflowHandle[] Runs(IHost host, int count)
    {
        var client = host.Services.GetRequiredService<IWorkflowClient>();
        return [.. Enumerable.Range(0, count).Select(n => client.GetWorkflow($"resident{n}", "resident"))];
    }

    private static async Task<IUntypedWorkflowHandle[]> StartAsync(IHost host, int count)
    {
        var runs = Runs(host, count);
        await Task.WhenAll(runs.Select(static (run, n) => run.StartAsync(n)));
        return runs;
    }

    private static Task<int[]> WhereAsync(IEnumerable<IUntypedWorkflowHandle> runs) =>
        Task.WhenAll(runs.Select(static run => run.QueryAsync<int>("Where")));

    private static async Task EndAsync(IUntypedWorkflowHandle[] runs, Task<int>[] results)
    {
        await Task.WhenAll(runs.Select(static run => run.SignalAsync("Go"))).WaitAsync(Eventually.Limit);
        var all = await Task.WhenAll(results).WaitAsync(Eventually.Limit);
        Assert.Equal(Enumerable.Range(1, runs.Length), all);
    }

    // With one gateway. On Orleans a client may hear of silos, too; or of its gateways alone.
    private static async Task<IHost> ConnectAsync(int gateway, string? cluster, bool isToldOfGatewaysAlone = false)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client =>
        {
            client.UseLocalhostClustering(gateway);
            if (cluster is not null) client.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (cluster, cluster));
            client.Configure<ClientMessagingOptions>(static o => o.ResponseTimeout = TimeSpan.FromHours(1));
        });
        builder.Services.AddOrchestrationClient();
#if ORLEANS
        if (isToldOfGatewaysAlone)
            builder.Services.Configure<TypeManagementOptions>(static o => o.TypeMapRefreshInterval = TimeSpan.FromHours(1));
#else
        _ = isToldOfGatewaysAlone;
#endif
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
