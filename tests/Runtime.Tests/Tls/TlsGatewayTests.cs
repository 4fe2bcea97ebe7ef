using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Runtime.Gateway;
using Orchestration.Runtime.Tests.Gateway;
using Orchestration.Runtime.Tests.Hosting;
using Orchestration.Tests.Support;
using Orleans.Connections.Security;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orchestration.Runtime.Tests.Tls;

/// <summary>Clients and a gateway that speak TLS, over real sockets.</summary>
public sealed class TlsGatewayTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Calls_OverTls_ComeAndGo()
    {
        await using var silo = await SiloAsync(_authority.Issue());
        await using var client = await ClientAsync(silo, _authority.Issue());
        var grain = client.Grain<ITargetGrain>("a");
        Assert.Equal(5, await grain.AddAsync(2, 3));

        // Of more than one record, in both directions.
        Assert.Equal(3_000_000, (await grain.BytesAsync(3_000_000)).Length);
        var text = new string('x', 1_000_000);
        Assert.Equal(text, (await grain.EchoAsync(new Note(text, 1)))!.Text);
        var sums = await Task.WhenAll(Enumerable.Range(0, 1000).Select(n => client.Grain<ITargetGrain>($"g{n}").AddAsync(n, 1)));
        Assert.Equal(Enumerable.Range(1, 1000), sums);
    }

    [Fact]
    public async Task Silo_StopsWithCallsUnderWay_AnswersThemFirst()
    {
        await using var silo = await SiloAsync(_authority.Issue());
        await using var client = await ClientAsync(silo, _authority.Issue());
        var gateway = silo.Services.GetRequiredService<GatewayListener>();
        var waiting = client.Grain<ITargetGrain>("a").GateAsync();
        await Eventually.EventuallyAsync(() => gateway.Clients.Any(static c => c.OpenCalls == 1), "the call has arrived");
        await gateway.RetireAsync(); // as its stop begins; later the grain may have begun to go, and would not hear of its gate
        await silo.Grain<ITargetGrain>("a").OpenAsync();
        await waiting;
        await silo.StopAsync();
        await Eventually.EventuallyAsync(() => client.Router.Sessions.Count == 0, "the client knows");
    }

    [Fact]
    public async Task Client_Expired_IsToldSo()
    {
        var expired = _authority.Issue(from: TimeSpan.FromDays(-2), to: TimeSpan.FromDays(-1));
        Assert.Contains("has expired on", await RefusedAsync(_authority.Issue(), expired), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_NotYetValid_IsToldSoAndTheClock()
    {
        var early = _authority.Issue(from: TimeSpan.FromDays(1), to: TimeSpan.FromDays(2));
        Assert.Contains("clock says", await RefusedAsync(_authority.Issue(), early), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_OfAnotherAuthority_IsToldSo()
    {
        using var other = new TestAuthority("another authority");
        Assert.Contains(
            "no authority that is trusted", await RefusedAsync(_authority.Issue(), other.Issue()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_WithoutCertificate_IsToldSo() =>
        Assert.Contains("no certificate", await RefusedAsync(_authority.Issue(), null), StringComparison.Ordinal);

    [Fact]
    public async Task Client_CertificateOfServersOnly_IsToldSo()
    {
        await using var silo = await SiloAsync(_authority.Issue());
        var error = await FailedAsync(() => ClientAsync(silo, _authority.Issue(clients: false)));
        Assert.Contains("no certificate", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silo_Expired_IsRefusedByTheClient()
    {
        var expired = _authority.Issue(from: TimeSpan.FromDays(-2), to: TimeSpan.FromDays(-1));
        Assert.Contains("has expired on", await RefusedAsync(expired, _authority.Issue()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silo_ForAnotherHost_IsRefusedByTheClientWhoNamesBoth()
    {
        var error = await RefusedAsync(_authority.Issue(host: "elsewhere.example"), _authority.Issue());
        Assert.Contains("it is for elsewhere.example, not for '127.0.0.1'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silo_OfAnotherAuthority_IsRefusedByTheClient()
    {
        using var other = new TestAuthority("another authority");
        await using var silo = await SiloAsync(other.Issue(), other);
        var error = await FailedAsync(() => ClientAsync(silo, _authority.Issue()));
        Assert.Contains("no authority that is trusted", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_Plain_IsToldThatTheSiloSpeaksTls()
    {
        await using var silo = await SiloAsync(_authority.Issue());
        var error = await FailedAsync(() => TestClient.StartAsync(silo));
        Assert.Contains("ORCH0206: this silo speaks TLS", error, StringComparison.Ordinal);
        await StillServesAsync(silo);
    }

    [Fact]
    public async Task Client_OfTlsAtAPlainSilo_IsToldSo()
    {
        await using var silo = await TestSilo.StartAsync();
        var error = await FailedAsync(() => ClientAsync(silo, _authority.Issue()));
        Assert.Contains("ORCH0206", error, StringComparison.Ordinal);
        Assert.Contains("does not speak TLS", error, StringComparison.Ordinal);
        await using var plain = await TestClient.StartAsync(silo);
        Assert.Equal(2, await plain.Grain<ITargetGrain>("a").AddAsync(1, 1));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0000\u0005hello")]
    [InlineData("\u0016")]
    [InlineData("")]
    public async Task Garbage_AtATlsPort_HarmsNothing(string garbage)
    {
        await using var silo = await SiloAsync(_authority.Issue());
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(silo.Local.GatewayAddress.Endpoint);
            await socket.SendAsync(Encoding.Latin1.GetBytes(garbage));
            socket.Shutdown(SocketShutdown.Send);
            await StillServesAsync(silo);
        }

        var listener = silo.Services.GetRequiredService<GatewayListener>();
        await Eventually.EventuallyAsync(() => listener.Strangers == 0, "none is kept");
    }

    [Fact]
    public async Task Handshake_NeverFinished_IsDroppedInTime()
    {
        var time = new ManualTimeProvider();
        await using var silo = await TestSilo.StartAsync(
            builder => builder.UseTls(_authority.Issue(), o => o.Trust(_authority)), time);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(silo.Local.GatewayAddress.Endpoint);
        await socket.SendAsync(new byte[] { 0x16, 3, 1, 1, 0 });
        var listener = silo.Services.GetRequiredService<GatewayListener>();
        await Eventually.EventuallyAsync(() => listener.Strangers == 1, "it is looked at");
        time.Advance(TimeSpan.FromSeconds(5));
        await Eventually.EventuallyAsync(() => listener.Strangers == 0, "it is dropped");
    }

    [Fact]
    public void UseTls_WithoutCertificateOrKey_IsRefusedAtOnce()
    {
        using var keyless = X509CertificateLoader.LoadCertificate(_authority.Issue().RawData);
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        Microsoft.Extensions.Hosting.OrleansSiloGenericHostExtensions.UseOrleans(builder, silo =>
        {
            Assert.Throws<ArgumentException>(() => silo.UseTls(keyless));
            Assert.Throws<InvalidOperationException>(() => silo.UseTls(static (TlsOptions _) => { }));
        });
    }

    private async Task<string> RefusedAsync(X509Certificate2 silo, X509Certificate2? client)
    {
        await using var server = await SiloAsync(silo);
        var error = await FailedAsync(() => ClientAsync(server, client));
        Assert.Contains("ORCH0205", error, StringComparison.Ordinal);
        return error;
    }

    private async Task StillServesAsync(TestSilo silo)
    {
        await using var client = await ClientAsync(silo, _authority.Issue());
        Assert.Equal(2, await client.Grain<ITargetGrain>("a").AddAsync(1, 1));
    }

    private static async Task<string> FailedAsync(Func<Task<TestClient>> start) =>
        (await Assert.ThrowsAsync<OrleansConfigurationException>(start)).Message;

    private Task<TestSilo> SiloAsync(X509Certificate2 certificate, TestAuthority? authority = null) =>
        TestSilo.StartAsync(silo => silo.UseTls(certificate, options => options.Trust(authority ?? _authority)));

    private Task<TestClient> ClientAsync(TestSilo silo, X509Certificate2? certificate) =>
        TestClient.StartAsync(silo, client => client.UseTls(options =>
        {
            options.LocalCertificate = certificate;
            options.Trust(_authority);
        }));
}
