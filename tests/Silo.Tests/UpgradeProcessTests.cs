using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Storage.Sqlite;
using Orchestration.Tests.Support;
using Orchestration.Workflows;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orchestration.Silo.Tests;

/// <summary>A cluster of real processes that is upgraded from one build of a workflow assembly to the next, under load.</summary>
public sealed class UpgradeProcessTests : IDisposable
{
    private const int Pinned = 12;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("upgrade-");

    private string Data => Path.Combine(_directory.FullName, "data");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task SiloBySilo_UnderLoad_LosesNothingAndWhatIsStrandedGoesOnWithItsCode()
    {
        var (one, two) = (Build(1), Build(2));
        using var oldFirst = await StartAsync(one);
        using var oldSecond = await StartAsync(one);
        using var host = await ConnectAsync();
        var workflows = host.Services.GetRequiredService<IWorkflowClient>();
        for (var n = 0; n < Pinned; n++) await workflows.GetWorkflow($"pinned{n}", "patient").StartAsync(n);
        using var done = new CancellationTokenSource();
        var results = new ConcurrentQueue<string>();
        var load = Enumerable.Range(0, 4).Select(lane => LoadAsync(workflows, lane, results, done.Token)).ToArray();

        using var newFirst = await StartAsync(two);
        Assert.Equal(0, await oldFirst.TerminateAsync());

        // One silo of each build: what began with the first one ends with it, wherever it was.
        for (var n = 0; n < Pinned / 2; n++) await EndAsync(workflows, n);
        using var newSecond = await StartAsync(two);
        Assert.Equal(0, await oldSecond.TerminateAsync());
        await done.CancelAsync();
        var begun = (await Task.WhenAll(load)).Sum();

        // Nobody has the code of the rest.
        for (var n = Pinned / 2; n < Pinned; n++)
        {
            var run = workflows.GetWorkflow($"pinned{n}", "patient");
            await Assert.ThrowsAsync<WorkflowStalled>(() => run.SignalAsync("Go"));
            var stall = (await run.DescribeAsync()).Stall;
            Assert.Equal(("workflow 'patient' version 1", "workflow 'patient' version 2"), (stall?.Expected, stall?.Actual));
        }

        using var both = await StartAsync(one, two);
        for (var n = Pinned / 2; n < Pinned; n++) await EndAsync(workflows, n);

        // And those of the load that were cut off from their code.
        await Eventually.EventuallyAsync(
            () => Task.FromResult(results.Count), count => count == begun, "all have ended");
        Assert.Equal(["by 1", "by 2"], results.Distinct().Order());
        await host.StopAsync();
    }

    /// <summary>Starts short workflows one after the other; how many.</summary>
    private static async Task<int> LoadAsync(
        IWorkflowClient workflows, int lane, ConcurrentQueue<string> results, CancellationToken done)
    {
        var count = 0;
        for (; !done.IsCancellationRequested; count++)
        {
            var run = workflows.GetWorkflow($"load{lane}-{count}", "patient");
            await run.StartAsync(-1, cancellationToken: CancellationToken.None);
            var ended = run.GetResultAsync<string>(CancellationToken.None);
            _ = ended.ContinueWith(
                t => results.Enqueue(t.IsCompletedSuccessfully ? t.Result[..4] : $"{t.Exception}"), TaskScheduler.Default);

            // Most of them; one that has lost its code meanwhile goes on later.
            await ((Task)ended).WaitAsync(TimeSpan.FromSeconds(1), CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        return count;
    }

    private static async Task EndAsync(IWorkflowClient workflows, int number)
    {
        var run = workflows.GetWorkflow($"pinned{number}", "patient");
        await Eventually.EventuallyAsync(
            async () =>
            {
                try
                {
                    await run.SignalAsync("Go");
                    return "taken";
                }
                catch (WorkflowStalled e)
                {
                    return e.Message; // the newcomer has only just come
                }
            },
            static answer => answer == "taken", $"pinned{number} takes its signal");
        Assert.Equal($"by 1: {number}", await run.GetResultAsync<string>());
    }

    private string Build(int version) => AssemblyCompiler.Compile(_directory, $"patient{version}", [], $$"""
        using System.Threading.Tasks;
        using Orchestration.Workflows;
        [assembly: System.Runtime.Versioning.TargetFramework(".NETCoreApp,Version=v10.0")]
        [Workflow("patient", Version = {{version}})]
        public sealed class Patient{{version}} : Workflow<int, string>
        {
            private bool _go;
            [Signal] public void Go() => _go = true;
            public override async Task<string> RunAsync(int input)
            {
                await Context.DelayAsync(System.TimeSpan.FromMilliseconds(20));
                if (input >= 0) await Context.WhenAsync(() => _go);
                return $"by {{version}}: {input}";
            }
        }
        """).FullName;

    private async Task<SiloProcess> StartAsync(params string[] assemblies)
    {
        var silo = SiloProcess.Start(
            ["--data", Data, "--cluster", "dev", "--port", "0", .. assemblies.SelectMany(static a => new[] { "--assembly", a })]);
        await silo.ReadyAsync();
        return silo;
    }

    private async Task<IHost> ConnectAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSqliteStorage(o => o.Path = Path.Combine(Data, "orchestration.db"));
        builder.UseOrleansClient(static client =>
            client.UseStoreGateways().Configure<ClusterOptions>(static o => (o.ClusterId, o.ServiceId) = ("dev", "dev")));
        builder.Services.AddOrchestrationClient();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
