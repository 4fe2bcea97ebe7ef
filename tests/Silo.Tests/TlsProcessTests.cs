using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.Storage.Sqlite;
using Orchestration.Tests.Support;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orchestration.Silo.Tests;

/// <summary>Real processes that speak TLS with each other and with clients.</summary>
public sealed class TlsProcessTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tls-");
    private readonly TestAuthority _authority = new();

    private string Data => Path.Combine(_directory.FullName, "data");

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Delete(recursive: true);
    }

    [BundledFact("Orleans ends a silo that cannot join in its own way, by its own words.")]
    public async Task Cluster_WithCertificates_ServesAndKeepsOthersOut()
    {
        using var one = Start(Tls("one", _authority.Issue("one")));
        var port = await one.ReadyAsync();
        using var two = Start(Tls("two", _authority.Issue("two")));
        await two.ReadyAsync();
        using (var client = await ConnectAsync("client", _authority.Issue("client", servers: false)))
        {
            await RunAsync(client);

            using var other = new TestAuthority("another authority");
            await RefusedAsync("ORCH0205", "no authority that is trusted", Tls("odd", other.Issue("odd")));
            await RefusedAsync("ORCH0206", "this silo speaks TLS", []);
            await Eventually.EventuallyAsync(
                () => (one.Output + two.Output).Contains("CN=odd", StringComparison.Ordinal), "a silo says whom it has refused");

            // Renewed: the next connection is shown the new one, and half of a renewal changes nothing.
            Assert.Equal("CN=one", await ShownAsync(port));
            await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "one.key"), "half of a renewal");
            Assert.Equal("CN=one", await ShownAsync(port));
            await one.SaysAsync("The last good certificates stay in use.");
            TestAuthority.Write(_directory, "one", _authority.Issue("the next"));
            Assert.Equal("CN=the next", await ShownAsync(port));
            await RunAsync(client);
            await client.StopAsync();
        }

        Assert.Equal(0, await two.TerminateAsync());
        Assert.Equal(0, await one.TerminateAsync());
    }

    [Fact]
    public async Task Silo_WithACertificateThatWillNotDo_SaysSoInOneLine()
    {
        var day = TimeSpan.FromDays(1);
        await RefusedAsync("ORCH0205", "has expired on", Tls("late", _authority.Issue(from: -2 * day, to: -day)));
        await RefusedAsync("ORCH0205", "clock says", Tls("early", _authority.Issue(from: day, to: 2 * day)));
        await RefusedAsync("ORCH0205", "is not for '127.0.0.1'", Tls("other", _authority.Issue(host: "elsewhere.example")));
        var nobody = Tls("nobody", _authority.Issue());
        File.Delete(Path.Combine(_directory.FullName, "nobody.key"));
        await RefusedAsync("ORCH0205", "nobody.key", nobody);
    }

    [Fact]
    public async Task Silo_KeyWithoutCertificate_MakesNoSense()
    {
        var run = await SiloProcess.RunAsync("--data", Data, "--tls-key", "x");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--tls-certificate", run.Error, StringComparison.Ordinal);
    }

    private string[] Tls(string name, X509Certificate2 certificate)
    {
        var (path, key) = TestAuthority.Write(_directory, name, certificate);
        return ["--tls-certificate", path, "--tls-key", key, "--tls-ca", _authority.Write(_directory)];
    }

    private SiloProcess Start(string[] more) => SiloProcess.Start(["--data", Data, "--cluster", "dev", "--port", "0", .. more]);

    private async Task RefusedAsync(string code, string words, string[] more)
    {
        var run = await SiloProcess.RunAsync(["--data", Data, "--cluster", "dev", "--port", "0", .. more]);
        Assert.Equal(1, run.ExitCode);
        Assert.Single(run.Error.Trim().Split('\n'));
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.Contains($"docs/errors/{code}.md", run.Error, StringComparison.Ordinal);
    }

    private static async Task RunAsync(IHost client)
    {
        var orders = client.Services.GetRequiredService<IWorkflowClient>();
        await foreach (var run in orders.ListAsync()) Assert.NotNull(run);
    }

    /// <summary>The subject of what a gateway shows to a new connection.</summary>
    private async Task<string> ShownAsync(int port)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(System.Net.IPAddress.Loopback, port);
        await using var stream = new SslStream(socket.GetStream());
        var own = _authority.Issue("a look");
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1",
            EnabledSslProtocols = SslProtocols.None,
            ApplicationProtocols = [new SslApplicationProtocol("orchestration")],
            ClientCertificates = [own],
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { _authority.Certificate },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        });
        return stream.RemoteCertificate!.Subject;
    }

    private async Task<IHost> ConnectAsync(string name, X509Certificate2 certificate)
    {
        var (path, key) = TestAuthority.Write(_directory, name, certificate);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSqliteStorage(o => o.Path = Path.Combine(Data, "orchestration.db"));
        builder.UseOrleansClient(client => client
            .UseStoreGateways()
            .Configure<ClusterOptions>(static o => (o.ClusterId, o.ServiceId) = ("dev", "dev"))
            .UseTls(new TlsFiles { CertificatePath = path, KeyPath = key, AuthorityPath = _authority.Write(_directory) }));
        builder.Services.AddOrchestrationClient();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
