using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Storage.Sqlite;
using Orchestration.Storage.Sqlite.Native;
using Orchestration.Tests.Support;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orchestration.Silo.Tests;

/// <summary>Real processes that are a cluster over one SQLite store of this machine.</summary>
public sealed class ClusterProcessTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cluster-");

    private string Data => Path.Combine(_directory.FullName, "data");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task TwoSilos_OneIsKilled_TheOtherGoesOnWithAllOfIt()
    {
        const int Runs = 40;
        var assembly = AssemblyCompiler.Compile(_directory, "patient", [], PatientWorkflow.Source).FullName;
        using var first = Start("--assembly", assembly);
        await first.ReadyAsync();
        using var second = Start("--assembly", assembly);
        await second.ReadyAsync();
        using var host = await ConnectAsync();
        var workflows = host.Services.GetRequiredService<IWorkflowClient>();
        for (var n = 0; n < Runs; n++) await workflows.GetWorkflow($"run{n}", "patient").StartAsync(n);

        first.Kill();
        var ended = Enumerable.Range(0, Runs).Select(async n =>
        {
            var run = workflows.GetWorkflow($"run{n}", "patient");
            await run.SignalAsync("Go");
            Assert.Equal(n + 1, await run.GetResultAsync<int>());
        });
        await Task.WhenAll(ended).WaitAsync(Eventually.Limit);
        await host.StopAsync();
        Assert.Equal(0, await second.TerminateAsync());
    }

    [BundledFact("Orleans has no cluster secret.")]
    public async Task Silo_WithAnotherSecret_IsRefusedAndTheClusterGoesOn()
    {
        var (ours, theirs) = (Path.Combine(_directory.FullName, "ours"), Path.Combine(_directory.FullName, "theirs"));
        await File.WriteAllTextAsync(ours, "the cluster's");
        await File.WriteAllTextAsync(theirs, "another one");
        using var silo = Start("--secret-file", ours);
        await silo.ReadyAsync();
        var stranger = await SiloProcess.RunAsync("--data", Data, "--cluster", "dev", "--port", "0", "--secret-file", theirs);
        Assert.Equal(1, stranger.ExitCode);
        Assert.Single(stranger.Error.Trim().Split('\n'));
        Assert.Contains("does not know the secret", stranger.Error, StringComparison.Ordinal);
        Assert.Contains("docs/errors/ORCH0203.md", stranger.Error, StringComparison.Ordinal);
        Assert.Equal(0, await silo.TerminateAsync());
    }

    [BundledFact("Orleans ends silos with codes of its own.")]
    public async Task Silo_ThatEndsBeforeItHasStarted_SaysWhyAndIsNoCrash()
    {
        using var silo = Start();
        await silo.ReadyAsync();
        await FreezeAsync(silo);
        using var told = Start();
        using var given = Start();
        await told.SaysAsync("waits to join");
        await given.SaysAsync("waits to join");

        // By its operator.
        Assert.Equal(0, await told.TerminateAsync());
        Assert.Contains("Stopped before it had started.", told.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("xception", told.Error, StringComparison.Ordinal);

        // Given up by the cluster: to be started anew.
        await FreezeAsync(given);
        silo.Thaw();
        await silo.SaysAsync($"S127.0.0.1:{PortOf(given)}");
        given.Thaw();
        Assert.Equal(75, await given.ExitAsync());
        Assert.Contains("ORCH0202", given.Output + given.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", given.Error, StringComparison.Ordinal);
        Assert.Equal(0, await silo.TerminateAsync());
    }

    [BundledFact("Silos on Orleans are not warmed up.")]
    public async Task Silo_ThatJoinsAnother_WarmsUp_AndTheFirstDoesNot()
    {
        const string Warm = "The engine is warm";
        using var first = Start("--verbose");
        await first.ReadyAsync();
        using var second = Start("--verbose");
        await second.ReadyAsync();
        await second.SaysAsync(Warm); // lines of the log may come after those of the console
        Assert.DoesNotContain(Warm, first.Output, StringComparison.Ordinal);
        Assert.Equal(0, await second.TerminateAsync());
        Assert.Equal(0, await first.TerminateAsync());
    }

    [BundledFact("Orleans says so in its own words.")]
    public async Task Silo_KilledAndStartedAnewUnderItsPort_TakesItsPlaceWithoutAWarning()
    {
        var port = FreePorts.Take().ToString(CultureInfo.InvariantCulture);
        using var first = Start("--silo-port", port);
        await first.ReadyAsync();
        first.Kill();
        await first.ExitAsync();
        using var second = Start("--silo-port", port);
        await second.ReadyAsync();
        Assert.DoesNotContain("it looks for", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ORCH0204", second.Output, StringComparison.Ordinal);
        Assert.Equal(0, await second.TerminateAsync());
    }

    // At a moment when none of the cluster's files is locked by it: the others could not use them for as long as it stands.
    private async Task FreezeAsync(SiloProcess silo)
    {
        using var store = Lock("orchestration.db");
        using var members = Lock("orchestration.db.members");
        await silo.FreezeAsync();
    }

    private Database Lock(string file)
    {
        var database = Database.Open(Path.Combine(Data, file), create: false);
        database.WaitForLocks(Eventually.Limit);
        database.Execute("BEGIN IMMEDIATE");
        return database;
    }

    // As its own warning names it.
    private static string PortOf(SiloProcess silo) =>
        Regex.Match(silo.Output + silo.Error, @"S127\.0\.0\.1:(\d+):\d+ waits to join").Groups[1].Value;

    private SiloProcess Start(params string[] more) =>
        SiloProcess.Start(["--data", Data, "--cluster", "dev", "--port", "0", .. more]);

    private async Task<IHost> ConnectAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSqliteStorage(o => o.Path = Path.Combine(Data, "orchestration.db"));
        builder.UseOrleansClient(client =>
            client.UseStoreGateways().Configure<ClusterOptions>(static o => (o.ClusterId, o.ServiceId) = ("dev", "dev")));
        builder.Services.AddOrchestrationClient();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
