using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Orchestration.Silo.Tests;

public sealed class SiloProcessTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("silo-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Silo_StartedAndTerminated_SaysWhereItListensAndEndsWithZero()
    {
        if (OperatingSystem.IsWindows()) return;
        using var silo = SiloProcess.Start(
            ["env", "Logging__LogLevel__Orchestration=Debug"], ["--data", _directory.FullName, "--port", "0", "--verbose"]);
        var port = await silo.ReadyAsync();
        await silo.SaysAsync("Shard 0 is here");
        Assert.DoesNotContain("trce:", silo.Output, StringComparison.Ordinal);
        using (var connection = new TcpClient()) await connection.ConnectAsync(IPAddress.Loopback, port);
        var second = await SiloProcess.RunAsync("--data", _directory.FullName, "--port", "0");
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("ORCH0103", second.Error, StringComparison.Ordinal);
        Assert.Equal(0, await silo.TerminateAsync());
    }

    [Fact]
    public async Task Silo_PortInUse_SaysSoInOneLine()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var run = await SiloProcess.RunAsync("--data", _directory.FullName, "--port", port);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal($"The silo cannot run: port {port} is in use; choose another with --port, or 0 for any free one.",
            run.Error.Trim());
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silo_PortForSilosInUse_NamesThatOne()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var run = await SiloProcess.RunAsync(
            "--data", _directory.FullName, "--cluster", "dev", "--port", "0", "--http", "off", "--silo-port", port);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal($"The silo cannot run: port {port} is in use; choose another with --silo-port, or 0 for any free one.",
            run.Error.Trim());
    }

    [Fact]
    public async Task Silo_HttpPortInUse_SaysSoInOneLineThoughTheSiloItselfHadStarted()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var run = await SiloProcess.RunAsync("--data", _directory.FullName, "--port", "0", "--http", port);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal($"The silo cannot run: port {port} of the HTTP API is in use; choose another with --http, or off.",
            run.Error.Trim());
        Assert.Empty(run.Output.Trim());
    }

    [Fact]
    public async Task Silo_AddressThatIsNotOfThisMachine_NamesItAndItsOption()
    {
        var key = Path.Combine(_directory.FullName, "key");
        await File.WriteAllTextAsync(key, "a-key-of-some-length-that-nobody-guesses");
        var http = await SiloProcess.RunAsync(
            "--data", _directory.FullName, "--port", "0", "--http", "192.0.2.7:0", "--api-key-file", key);
        Assert.Equal("The silo cannot run: 192.0.2.7 is no address of this machine; name one with --http.", http.Error.Trim());
        var silo = await SiloProcess.RunAsync(
            "--data", _directory.FullName, "--cluster", "dev", "--port", "0", "--http", "off", "--address", "192.0.2.7");
        Assert.Equal("The silo cannot run: 192.0.2.7 is no address of this machine; name one with --address.",
            silo.Error.Trim());
        Assert.Equal((1, 1), (http.ExitCode, silo.ExitCode));
    }

    [Fact]
    public async Task Silo_StoreIsSomethingElse_IsRefusedUntouched()
    {
        var path = Path.Combine(_directory.FullName, "orchestration.db");
        await File.WriteAllTextAsync(path, "Dear diary, this is no database.");
        var run = await SiloProcess.RunAsync("--data", _directory.FullName, "--port", "0");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("docs/errors/ORCH0106.md", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Trim().Split('\n'));
        Assert.Equal("Dear diary, this is no database.", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task Silo_OpenToOthersWithoutAKey_IsRefused()
    {
        var run = await SiloProcess.RunAsync("--data", _directory.FullName, "--port", "0", "--http", "0.0.0.0:0");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--api-key-file", Assert.Single(run.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--http", "nowhere")]
    [InlineData("--port", "70000")]
    [InlineData("--port", "x")]
    [InlineData("--nonsense", "1")]
    public async Task Silo_CommandLineWithoutSense_EndsWithTwo(string option, string value)
    {
        var run = await SiloProcess.RunAsync("--data", _directory.FullName, option, value);
        Assert.Equal(2, run.ExitCode);
    }
}
