using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Silo.Tests;
using Orchestration.Storage.PostgreSql;
using Orchestration.Tests.Servers;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orchestration.PostgreSql.Tests.Silos;

/// <summary>Real silo processes over a database, with workflows of their own, and a client that finds them there.</summary>
internal sealed class SiloCluster : IAsyncDisposable
{
    private const string Source = """
        using System;
        using System.IO;
        using System.Linq;
        using System.Threading.Tasks;
        using Orchestration.Workflows;
        [assembly: System.Runtime.Versioning.TargetFramework(".NETCoreApp,Version=v10.0")]
        [Workflow("patient")]
        public sealed class Patient : Workflow<int, int>
        {
            private bool _go;
            [Signal] public void Go() => _go = true;
            public override async Task<int> RunAsync(int input)
            {
                await Context.WhenAsync(() => _go);
                return input + 1;
            }
        }
        [Workflow("chain")]
        public sealed class Chain : Workflow<int, int>
        {
            public override async Task<int> RunAsync(int steps)
            {
                var work = Context.Activities<IWork>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
                var done = 0;
                for (var n = 1; n <= steps; n++) done += await work.EchoAsync(n) == n ? 1 : 0;
                return done;
            }
        }
        [Workflow("fan")]
        public sealed class Fan : Workflow<string, int[]>
        {
            public override async Task<int[]> RunAsync(string directory)
            {
                var work = Context.Activities<IWork>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
                return await Task.WhenAll(Enumerable.Range(0, 1500).Select(_ => work.WhereAsync(directory)));
            }
        }
        [Workflow("hold")]
        public sealed class Hold : Workflow<string, int>
        {
            public override async Task<int> RunAsync(string path) =>
                await Context.Activities<IWork>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(10) }).HoldAsync(path);
        }
        public interface IWork
        {
            Task<int> EchoAsync(int n);
            Task<int> WhereAsync(string directory);
            Task<int> HoldAsync(string path);
        }
        public sealed class Work : IWork
        {
            public Task<int> EchoAsync(int n) => Task.FromResult(n);
            public async Task<int> WhereAsync(string directory)
            {
                await Gate.OpenAsync(directory);
                return Environment.ProcessId;
            }
            public async Task<int> HoldAsync(string path)
            {
                var attempt = ActivityContext.Current.Attempt;
                await File.WriteAllTextAsync(path + ".new", $"{Environment.ProcessId} {DateTime.UtcNow.Ticks}");
                File.Move(path + ".new", path + "." + attempt);
                if (attempt == 1) await Task.Delay(-1, ActivityContext.Current.CancellationToken);
                return attempt;
            }
        }
        public static class Gate
        {
            private static readonly object s_lock = new();
            private static FileSystemWatcher s_watcher;
            private static TaskCompletionSource s_opens;

            // Tells that this process is at it, and waits until the test lets all of them go on.
            public static Task OpenAsync(string directory)
            {
                lock (s_lock)
                {
                    if (s_opens is not null) return s_opens.Task;
                    var opens = s_opens = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    s_watcher = new FileSystemWatcher(directory, "gate");
                    s_watcher.Created += (_, _) => opens.TrySetResult();
                    s_watcher.EnableRaisingEvents = true;
                    File.WriteAllText(Path.Combine(directory, "at-it." + Environment.ProcessId), "");
                    if (File.Exists(Path.Combine(directory, "gate"))) opens.TrySetResult();
                    return opens.Task;
                }
            }
        }
        """;

    private readonly PostgresServer _server;
    private readonly List<SiloProcess> _silos = [];
    private readonly List<IHost> _clients = [];
    private readonly string _assembly;

    public SiloCluster(PostgresServer server, string schema)
    {
        _server = server;
        Schema = schema;
        Directory = System.IO.Directory.CreateTempSubdirectory("cluster-pg-");
        _assembly = AssemblyCompiler.Compile(Directory, "cluster", [], Source).FullName;
    }

    public DirectoryInfo Directory { get; }

    public string Schema { get; }

    public string Url(string? user = null, string? password = null, int? port = null, string? schema = null)
    {
        var there = new NpgsqlConnectionStringBuilder(_server.Address());
        return string.Create(
            CultureInfo.InvariantCulture,
            $"postgres://{user ?? there.Username}:{Uri.EscapeDataString(password ?? there.Password!)}@127.0.0.1:"
            + $"{port ?? there.Port}/{there.Database}?schema={schema ?? Schema}");
    }

    /// <summary>Begins a silo, which is not ready yet.</summary>
    public SiloProcess Start(string? url = null, params string[] more)
    {
        var silo = SiloProcess.Start(
        [
            "--data", Directory.FullName, "--cluster", "dev", "--store", url ?? Url(), "--port", "0", "--assembly", _assembly,
            .. more,
        ]);
        _silos.Add(silo);
        return silo;
    }

    /// <summary>A silo that serves.</summary>
    public async Task<SiloProcess> AddAsync(string? url = null, params string[] more)
    {
        var silo = Start(url, more);
        await silo.ReadyAsync();
        return silo;
    }

    public async Task<IWorkflowClient> ConnectAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddPostgreSqlStorage(o => (o.ConnectionString, o.Schema) = (_server.Address(), Schema));
        builder.UseOrleansClient(client =>
            client.UseStoreGateways().Configure<ClusterOptions>(static o => (o.ClusterId, o.ServiceId) = ("dev", "dev")));
        builder.Services.AddOrchestrationClient();
        var host = builder.Build();
        _clients.Add(host);
        await host.StartAsync();
        return host.Services.GetRequiredService<IWorkflowClient>();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _clients)
        {
            await host.StopAsync();
            host.Dispose();
        }

        foreach (var silo in _silos) silo.Dispose();
        Directory.Delete(recursive: true);
    }
}
