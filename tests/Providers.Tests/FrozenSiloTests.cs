using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Silo.Tests;
using Orchestration.Storage.Sqlite;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orchestration.Providers.Tests;

/// <summary>
/// A silo that hangs, as one whose machine has lost its network: its connections stay, and nobody answers. The calls' own time
/// limit is of no help here.
/// </summary>
public sealed class FrozenSiloTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("frozen-");

    private string Data => Path.Combine(_directory.FullName, "data");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Gateway_Hangs_CallsThatWentToItAreRepeated()
    {
        const int Runs = 24;
        var assembly = AssemblyCompiler.Compile(_directory, "patient", [], PatientWorkflow.Source).FullName;
        using var first = Start(assembly);
        await first.ReadyAsync();
        using var second = Start(assembly);
        await second.ReadyAsync();
        using var host = Client();
        await host.StartAsync();
        var workflows = host.Services.GetRequiredService<IWorkflowClient>();
        for (var n = 0; n < Runs; n++) await workflows.GetWorkflow($"run{n}", "patient").StartAsync(n);

        second.Freeze();
        var ended = Enumerable.Range(0, Runs).Select(async n =>
        {
            var run = workflows.GetWorkflow($"run{n}", "patient");
            await run.SignalAsync("Go");
            Assert.Equal(n + 1, await run.GetResultAsync<int>());
        });
        await Task.WhenAll(ended).WaitAsync(TimeSpan.FromSeconds(90));
        await host.StopAsync();
        Assert.Equal(0, await first.TerminateAsync());
    }

    [Fact]
    public void StoreGateways_AreAskedForAsOftenAsTheySay_UnlessTheApplicationSaysOtherwise()
    {
        using var client = Client();
        Assert.Equal(TimeSpan.FromSeconds(10), Period(client));
        using var given = Client(static o => o.GatewayListRefreshPeriod = TimeSpan.FromSeconds(25));
        Assert.Equal(TimeSpan.FromSeconds(25), Period(given));

        static TimeSpan Period(IHost host) =>
            host.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.GatewayListRefreshPeriod;
    }

    private SiloProcess Start(string assembly) =>
        SiloProcess.Start("--data", Data, "--cluster", "dev", "--port", "0", "--http", "off", "--assembly", assembly);

    private IHost Client(Action<GatewayOptions>? gateways = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSqliteStorage(o => o.Path = Path.Combine(Data, "orchestration.db"));
        builder.UseOrleansClient(client => client
            .Configure(gateways ?? (static _ => { }))
            .UseStoreGateways()
            .Configure<ClusterOptions>(static o => (o.ClusterId, o.ServiceId) = ("dev", "dev"))
            .Configure<ClientMessagingOptions>(static o => o.ResponseTimeout = TimeSpan.FromHours(1)));
        builder.Services.AddOrchestrationClient();
        return builder.Build();
    }
}
