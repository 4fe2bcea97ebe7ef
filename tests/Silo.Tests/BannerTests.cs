using System.Net;
using Orchestration.Silo.Hosting;

namespace Orchestration.Silo.Tests;

public sealed class BannerTests
{
    private static readonly SiloOptions Others = new(new DirectoryInfo("data"), 0, [], AcceptRestore: false, Verbose: false)
    {
        Cluster = "shop", Address = IPAddress.Parse("192.0.2.7"),
    };

    [Fact]
    public void Exposure_OthersReachItAndNothingTellsSilosFromStrangers_SaysWhatToDo() =>
        Assert.Contains("192.0.2.7", Banner.Exposure(Others, hasSecret: false), StringComparison.Ordinal);

    [Fact]
    public void Exposure_SecretCertificateLoopbackOrNoCluster_IsNone()
    {
        Assert.Null(Banner.Exposure(Others, hasSecret: true));
        Assert.Null(Banner.Exposure(Others with { TlsCertificate = new FileInfo("silo.crt") }, hasSecret: false));
        Assert.Null(Banner.Exposure(Others with { Address = IPAddress.Loopback }, hasSecret: false));
        Assert.Null(Banner.Exposure(Others with { Cluster = null }, hasSecret: false));
    }
}
