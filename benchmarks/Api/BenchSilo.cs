using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestration.Client;
using Orleans.Hosting;

namespace Orchestration.Benchmarks.Api;

/// <summary>The real executable over an empty store, and a client at its gateway.</summary>
internal sealed class BenchSilo : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _data;
    private readonly IHost _client;

    private BenchSilo(Process process, DirectoryInfo data, IHost client, string? address)
    {
        (_process, _data, _client) = (process, data, client);
        Client = client.Services.GetRequiredService<IWorkflowClient>();
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 2000 })
        {
            BaseAddress = address is null ? null : new Uri(address), Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public IWorkflowClient Client { get; }

    public HttpClient Http { get; }

    /// <summary>The processor time that the silo has taken.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>How often its threads have gone to sleep.</summary>
    public long Switches => Directory.GetDirectories($"/proc/{_process.Id}/task").Sum(static t =>
        long.Parse(File.ReadLines(t + "/status").First(static l => l.StartsWith("voluntary", StringComparison.Ordinal))
            .Split('\t')[^1], CultureInfo.InvariantCulture));

    /// <summary>Starts one.</summary>
    /// <param name="http">Whether it serves the API.</param>
    /// <param name="environment">Variables that it is given.</param>
    /// <param name="template">A data directory that is copied; null for an empty one.</param>
    /// <param name="build">The folder of another build of this program, whose silo is taken; null for this one.</param>
    public static async Task<BenchSilo> StartAsync(
        bool http, IReadOnlyDictionary<string, string>? environment = null, string? template = null, string? build = null)
    {
        build ??= AppContext.BaseDirectory;
        var data = Directory.CreateTempSubdirectory("orchestration-api-bench-");
        foreach (var file in template is null ? [] : Directory.GetFiles(template))
            File.Copy(file, Path.Combine(data.FullName, Path.GetFileName(file)));
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in (string[])[Path.Combine(build, "Orchestration.Silo.dll"), "--data",
            data.FullName, "--port", "0", "--http", http ? "0" : "off", "--assembly",
            Path.Combine(build, Path.GetFileName(typeof(BenchSilo).Assembly.Location))])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var process = Process.Start(start)!;
        string? address = null;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains("http api", StringComparison.Ordinal) && http) address = line.Split(' ')[^1];
            if (!line.StartsWith("Ready", StringComparison.Ordinal)) continue;
            var port = int.Parse(line[(line.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
            _ = process.StandardOutput.ReadToEndAsync();
            var builder = Host.CreateEmptyApplicationBuilder(null);
            builder.UseOrleansClient(client => client.UseLocalhostClustering(port));
            builder.Services.AddOrchestrationClient();
            var host = builder.Build();
            await host.StartAsync();
            return new BenchSilo(process, data, host, address);
        }

        throw new InvalidOperationException("The silo ended early.");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _client.StopAsync();
        _client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _data.Delete(recursive: true);
    }
}
