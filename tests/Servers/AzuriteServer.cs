using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orchestration.Tests.Support;

namespace Orchestration.Tests.Servers;

/// <summary>An Azurite of one's own, in a directory and on a port of its own; it goes with the process.</summary>
public sealed class AzuriteServer : IAsyncDisposable
{
    private const string Version = "3.37.0";

    private const string Blobs = "blob";

    private const string Tables = "table";

    // The account and key that Azurite publishes for everybody's local use.
    private const string Account = "devstoreaccount1";

    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly Lazy<Task<AzuriteServer>> SharedServer = new(() => StartNewAsync());
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly string _directory;
    private readonly bool _inMemory;
    private readonly string _service;
    private readonly bool _secured;
    private Process? _keeper;

    private AzuriteServer(string directory, int port, bool inMemory, string service, bool secured)
    {
        _directory = directory;
        _inMemory = inMemory;
        _service = service;
        _secured = secured;
        Port = port;
    }

    /// <summary>Where it listens, on the loopback interface.</summary>
    public int Port { get; }

    /// <summary>The server's process.</summary>
    public int ProcessId { get; private set; }

    /// <summary>The one that tests share which leave it running; it keeps everything in memory.</summary>
    public static Task<AzuriteServer> SharedAsync() => SharedServer.Value;

    /// <summary>Its blob service.</summary>
    public Uri ServiceUri => new(
        string.Create(CultureInfo.InvariantCulture, $"{(_secured ? "https" : "http")}://127.0.0.1:{Port}/{Account}"));

    /// <summary>The connection string.</summary>
    public string Address(string account = Account, string key = Key, int? port = null) => string.Create(
        CultureInfo.InvariantCulture,
        $"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={key};"
        + $"{(_service == Blobs ? "Blob" : "Table")}Endpoint=http://127.0.0.1:{port ?? Port}/{account}");

    /// <summary>Starts one that keeps everything in memory, or in a directory that is removed with it.</summary>
    public static Task<AzuriteServer> StartNewAsync(bool inMemory = true) => StartNewAsync(inMemory, Blobs);

    /// <summary>
    /// Starts one that speaks TLS, with a certificate that nobody vouches for, and takes the tokens of identities: whose they
    /// are and for what it looks at, and not who signed them.
    /// </summary>
    public static Task<AzuriteServer> StartSecuredAsync() => StartNewAsync(inMemory: true, Blobs, secured: true);

    /// <summary>Starts one of tables, which keeps everything in memory.</summary>
    public static Task<AzuriteServer> StartTablesAsync() => StartNewAsync(inMemory: true, Tables);

    private static async Task<AzuriteServer> StartNewAsync(bool inMemory, string service, bool secured = false)
    {
        var port = FreePorts.Take();
        var directory = Path.Combine(Path.GetTempPath(), "orchestration-azurite-" + Guid.NewGuid().ToString("N")[..12]);
        var server = new AzuriteServer(directory, port, inMemory, service, secured);
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it, again if need be, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        Directory.CreateDirectory(_directory);
        if (_secured) MakeCertificate();
        _keeper = StartKeeper();
        ProcessId = int.Parse((await _keeper.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        };
        using var client = new HttpClient(handler);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var started = Stopwatch.GetTimestamp(); ; await tick.WaitForNextTickAsync())
        {
            try
            {
                // Any answer will do: that it refuses an unsigned request shows that it serves.
                var path = _service == Blobs ? "?comp=list" : "/Tables";
                using var answer = await client.GetAsync(new Uri(ServiceUri + path));
                return;
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(started) < StartLimit && !_keeper.HasExited)
            {
                // It does not listen yet.
            }
        }
    }

    /// <summary>Ends it; what is on disk is there when it is started again.</summary>
    public async Task StopAsync()
    {
        if (_keeper is not { } keeper) return;
        _keeper = null;
        keeper.StandardInput.Close();
        await keeper.WaitForExitAsync();
        keeper.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }

    private string Program()
    {
        var folders = new[]
        {
            Environment.GetEnvironmentVariable("ORCHESTRATION_AZURITE"),
            Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "orchestration-azurite", Version),
        };
        return folders.Where(static f => f is { Length: > 0 })
            .Select(f => Path.Combine(f!, "node_modules", "azurite", "dist", "src", _service, "main.js"))
            .FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException(
                "Azurite is not installed; ./test.sh --full AzureStorage installs it (it needs node and npm), or: npm install "
                + $"--prefix ~/.cache/orchestration-azurite/{Version} azurite@{Version}");
    }

    private void MakeCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(_directory, "tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_directory, "tls.key"), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>
    /// Runs it under a shell that ends it once this process lets go of the pipe, however it ends: a test host is killed rather
    /// than closed.
    /// </summary>
    private Process StartKeeper()
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = "/",
        };
        var memory = !_inMemory ? $"--location '{_directory}'"
            : _service == Blobs ? "--inMemoryPersistence --extentMemoryLimit 8000" : "--inMemoryPersistence";

        var tls = _secured ? $"--oauth basic --cert '{_directory}/tls.crt' --key '{_directory}/tls.key'" : "";

        // On disk it keeps what it acknowledged only if it is told to end: it writes its index out now and then.
        var signal = _inMemory ? "KILL" : "TERM";
        var remove = _inMemory ? $"rm -rf '{_directory}'" : "true";
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            node '{Program()}' --{_service}Host 127.0.0.1 --{_service}Port {Port} --silent --disableTelemetry \
              --skipApiVersionCheck {memory} {tls} </dev/null >/dev/null 2>&1 &
            child=$!
            echo $child
            exec >/dev/null 2>&1
            cat
            kill -{signal} $child
            wait $child
            {remove}
            """));
        return Process.Start(start)!;
    }
}
