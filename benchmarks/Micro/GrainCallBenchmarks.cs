using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orchestration.Benchmarks.Micro;

/// <summary>
/// Calls within one silo: from outside any grain, one caller awaiting each or a hundred at once, and from grain to grain.
/// </summary>
[MemoryDiagnoser]
public class GrainCallBenchmarks
{
    private const int Calls = 10_000;
    private IHost? _host;
    private IEchoGrain? _grain;
    private IEchoGrain[] _many = [];

    /// <summary>Starts a silo.</summary>
    [GlobalSetup]
    public async Task StartAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.UseOrleans(static silo => silo.Configure<EndpointOptions>(static options => options.GatewayPort = 0));
        _host = builder.Build();
        await _host.StartAsync();
        var grains = _host.Services.GetRequiredService<IGrainFactory>();
        _grain = grains.GetGrain<IEchoGrain>("a");
        _many = [.. Enumerable.Range(0, 100).Select(i => grains.GetGrain<IEchoGrain>($"{i}"))];
        await Task.WhenAll(_many.Select(static grain => grain.EchoAsync(1)));
    }

    /// <summary>Stops it.</summary>
    [GlobalCleanup]
    public async Task StopAsync()
    {
        await _host!.StopAsync();
        _host.Dispose();
    }

    /// <summary>One caller outside grains.</summary>
    [Benchmark(OperationsPerInvoke = Calls)]
    public async Task<int> OneCallerAsync()
    {
        var sum = 0;
        for (var i = 0; i < Calls; i++) sum += await _grain!.EchoAsync(1);
        return sum;
    }

    /// <summary>A hundred callers outside grains, each with a grain of its own.</summary>
    [Benchmark(OperationsPerInvoke = Calls)]
    public Task HundredCallersAsync() => Task.WhenAll(_many.Select(static async grain =>
    {
        for (var i = 0; i < Calls / 100; i++) await grain.EchoAsync(1);
    }));

    /// <summary>From grain to grain.</summary>
    [Benchmark(OperationsPerInvoke = Calls)]
    public Task<int> GrainToGrainAsync() => _grain!.CallOtherAsync("b", Calls);
}
