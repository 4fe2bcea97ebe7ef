using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestration.Client;
using Orchestration.Tests.Support;
using Orchestration.Workflows;
using Orleans.Hosting;

namespace Orchestration.Silo.Tests;

/// <summary>Workflow code that ends the real process, which nothing can catch.</summary>
public sealed class PoisonProcessTests : IDisposable
{
    private const string Source = """
        using System.Threading.Tasks;
        using Orchestration.Workflows;
        [assembly: System.Runtime.Versioning.TargetFramework(".NETCoreApp,Version=v10.0")]
        [Workflow("diver")]
        public sealed class Diver : Workflow<int, int>
        {
            public override async Task<int> RunAsync(int input)
            {
                await Context.DelayAsync(System.TimeSpan.FromMilliseconds(1));
                return Dive(input);
            }
            private static int Dive(int depth) => Dive(depth + 1) + 1;
        }
        [Workflow("sleeper")]
        public sealed class Sleeper : Workflow<int, int>
        {
            public override async Task<int> RunAsync(int input)
            {
                await Context.DelayAsync(System.TimeSpan.FromSeconds(input));
                return input;
            }
        }
        [Workflow("bystander")]
        public sealed class Bystander : Workflow<int, int>
        {
            public override async Task<int> RunAsync(int input)
            {
                await Context.DelayAsync(System.TimeSpan.FromMinutes(input));
                return input;
            }
        }
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("poison-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task StackOverflowInWorkflowCode_TheRunIsSetAsideAndTheSiloServes()
    {
        var assembly = AssemblyCompiler.Compile(_directory, "poison", [], Source).FullName;
        using (var first = Start(assembly))
        {
            await using var client = await ConnectAsync(await first.ReadyAsync());
            await client.Workflows.GetWorkflow("bystander", "bystander").StartAsync(60);
            _ = client.Workflows.GetWorkflow("diver", "diver").StartAsync(0); // its answer may be lost with the process
            Assert.NotEqual(0, await first.ExitAsync());
        }

        for (var death = 1; death <= 3; death++)
        {
            using var doomed = Start(assembly);
            Assert.NotEqual(0, await doomed.ExitAsync());
        }

        using var last = Start(assembly);
        await using var end = await ConnectAsync(await last.ReadyAsync());
        var diver = end.Workflows.GetWorkflow("diver");
        var description = await diver.DescribeAsync();
        Assert.Equal(FaultCodes.PoisonRun, description.Stall?.Code);
        Assert.Equal(WorkflowStatus.Running, (await end.Workflows.GetWorkflow("bystander").DescribeAsync()).Status);
        await diver.TerminateAsync("it dives too deep");
        Assert.Equal(0, await last.TerminateAsync());
    }

    [Fact]
    public async Task KilledWhileRunsWait_TheNextSiloEndsThemWithNobodyAsking()
    {
        var assembly = AssemblyCompiler.Compile(_directory, "sleepers", [], Source).FullName;
        using (var first = Start(assembly))
        {
            await using var client = await ConnectAsync(await first.ReadyAsync());
            for (var i = 0; i < 20; i++) await client.Workflows.GetWorkflow($"s{i}", "sleeper").StartAsync(1 + (i % 3));
            first.Kill();
            Assert.NotEqual(0, await first.ExitAsync());
        }

        using var next = Start(assembly);
        await using var observer = await ConnectAsync(await next.ReadyAsync());
        await Eventually.EventuallyAsync(
            // A listing reads the store: no run is asked for.
            async () => await observer.Workflows.ListAsync(new WorkflowFilter { Status = WorkflowStatus.Completed }).CountAsync(),
            static count => count == 20, "all have ended");
        Assert.Equal(0, await next.TerminateAsync());
    }

    private SiloProcess Start(string assembly) =>
        SiloProcess.Start("--data", Path.Combine(_directory.FullName, "data"), "--port", "0", "--assembly", assembly);

    private static async Task<Connection> ConnectAsync(int port)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client => client.UseLocalhostClustering(port));
        builder.Services.AddOrchestrationClient();
        var host = builder.Build();
        await host.StartAsync();
        return new Connection(host);
    }

    private sealed class Connection(IHost host) : IAsyncDisposable
    {
        public IWorkflowClient Workflows { get; } = host.Services.GetRequiredService<IWorkflowClient>();

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            host.Dispose();
        }
    }
}
