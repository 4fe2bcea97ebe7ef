using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestration.Runtime.Membership;
using Orchestration.Runtime.Tests.Cluster;
using Orchestration.Runtime.Tests.Hosting;
using Orchestration.Tests.Support;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orchestration.Runtime.Tests.Tls;

/// <summary>Silos of one cluster that speak TLS, over real sockets and in real time.</summary>
public sealed class TlsPeerTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly InMemoryMembershipTable _table = new();
    private readonly ConcurrentQueue<string> _log = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Silos_WithCertificates_AreACluster()
    {
        await using var one = await SiloAsync(_authority.Issue("one"));
        await using var two = await SiloAsync(_authority.Issue("two"));
        await ServesAsync(one, two);
    }

    [Fact]
    public async Task Newcomer_WithABadCertificate_IsToldWhyAndHarmsNothing()
    {
        using var other = new TestAuthority("another authority");
        await using var one = await SiloAsync(_authority.Issue("one"));
        await using var two = await SiloAsync(_authority.Issue("two"));
        var expired = _authority.Issue("late", from: TimeSpan.FromDays(-2), to: TimeSpan.FromDays(-1));
        Assert.Contains("has expired on", await RefusedAsync(expired), StringComparison.Ordinal);
        Assert.Contains("no authority that is trusted", await RefusedAsync(other.Issue("odd")), StringComparison.Ordinal);
        Assert.Contains(_log, static line => line.Contains("CN=late", StringComparison.Ordinal));
        await ServesAsync(one, two);
    }

    [Fact]
    public async Task Newcomer_Plain_IsToldToSpeakTls()
    {
        await using var one = await SiloAsync(_authority.Issue("one"));
        var error = await FailedAsync(static _ => { });
        Assert.Contains("ORCH0206: this silo speaks TLS", error, StringComparison.Ordinal);
        await ServesAsync(one);
    }

    [Fact]
    public async Task Newcomer_OfTlsAmongPlainSilos_IsToldSo()
    {
        await using var one = await StartAsync(static _ => { });
        var error = await FailedAsync(silo => silo.UseTls(_authority.Issue(), options => options.Trust(_authority)));
        Assert.Contains("ORCH0206", error, StringComparison.Ordinal);
        await ServesAsync(one);
    }

    [Fact]
    public async Task Newcomer_MeetsASiloWhoseCertificateHasExpired_NamesThatOne()
    {
        var expired = _authority.Issue("the old one", from: TimeSpan.FromDays(-2), to: TimeSpan.FromDays(-1));
        await using var one = await SiloAsync(expired);
        var error = await RefusedAsync(_authority.Issue("new"));
        Assert.Contains("CN=the old one", error, StringComparison.Ordinal);
        await ServesAsync(one);
    }

    private static async Task ServesAsync(params TestSilo[] silos)
    {
        // The one that was there first hears of the other a moment later.
        foreach (var silo in silos)
        {
            await Eventually.EventuallyAsync(
                async () => (await Task.WhenAll(Enumerable.Range(0, 64)
                    .Select(n => silo.Grain<ILocatedGrain>($"g{n}").WhereAsync()))).Distinct().Count(),
                count => count == silos.Length, "calls go to each silo");
        }
    }

    private async Task<string> RefusedAsync(X509Certificate2 certificate)
    {
        var error = await FailedAsync(silo => silo.UseTls(certificate, options => options.Trust(_authority)));
        Assert.Contains("ORCH0205", error, StringComparison.Ordinal);
        return error;
    }

    private async Task<string> FailedAsync(Action<ISiloBuilder> configure) =>
        (await Assert.ThrowsAsync<OrleansConfigurationException>(() => StartAsync(configure))).Message;

    private Task<TestSilo> SiloAsync(X509Certificate2 certificate) =>
        StartAsync(silo => silo.UseTls(certificate, options => options.Trust(_authority)));

    private Task<TestSilo> StartAsync(Action<ISiloBuilder> configure) => TestSilo.StartAsync(silo =>
    {
        silo.Services.AddSingleton<IMembershipTable>(_table);
        silo.Services.AddSingleton<ILoggerProvider>(new Lines(_log));
        silo.ConfigureLogging(static logging => logging.SetMinimumLevel(LogLevel.Warning));
        silo.Configure<EndpointOptions>(static options => options.AdvertisedIPAddress = System.Net.IPAddress.Loopback);

        // None dies in these tests, however long the machine holds this process up.
        silo.Configure<ClusterMembershipOptions>(static options => options.NumMissedProbesLimit = 60);
        configure(silo);
    });

    private sealed class Lines(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull =>
            null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
