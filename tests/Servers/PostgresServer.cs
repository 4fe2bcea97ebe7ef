using System.Diagnostics;
using System.Globalization;
using System.Net;
using Npgsql;
using Orchestration.Tests.Support;

namespace Orchestration.Tests.Servers;

/// <summary>A PostgreSQL of its user's own, in a directory and on a port of its own; it goes with the process.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Password = "a test's own";

    private static readonly Lazy<Task<PostgresServer>> SharedServer = new(() => StartNewAsync());

    private readonly string _directory;
    private readonly string _programs;
    private readonly PostgresSettings _settings;

    private readonly Process _keeper;

    private PostgresServer(string directory, string programs, int port, PostgresSettings settings)
    {
        _directory = directory;
        _programs = programs;
        _settings = settings;
        Port = port;
        _keeper = StartKeeper();
    }

    /// <summary>The one that tests share which leave it running.</summary>
    public static Task<PostgresServer> SharedAsync() => SharedServer.Value;

    /// <summary>Where it listens, at <see cref="Host"/>.</summary>
    public int Port { get; }

    /// <summary>The address at which it listens.</summary>
    public string Host => _settings.Address;

    /// <summary>Its first process, which is the parent of all others.</summary>
    public int ProcessId => int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    private string Data => Path.Combine(_directory, "data");

    /// <summary>The address, of its superuser unless another role is named.</summary>
    public string Address(string user = "postgres", string password = Password, string database = "postgres", int? port = null) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = Host, Port = port ?? Port, Database = database, Username = user, Password = password, Timeout = 5,
            CommandTimeout = 20, CancellationTimeout = 500,
        }.ConnectionString;

    /// <summary>The address as a URL, of its superuser.</summary>
    public string Url(string schema, string database = "postgres") => string.Create(
        CultureInfo.InvariantCulture,
        $"postgres://postgres:{Uri.EscapeDataString(Password)}@{Host}:{Port}/{database}?schema={schema}");

    /// <summary>Makes one and starts it.</summary>
    public static async Task<PostgresServer> StartNewAsync(PostgresSettings? settings = null)
    {
        settings ??= new PostgresSettings();
        var programs = Programs();
        var server = new PostgresServer(NewDirectory(), programs, FreePorts.Take(IPAddress.Parse(settings.Address)), settings);
        var secret = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(secret, Password);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
            await server.RunAsync(
                "initdb", "-D", server.Data, "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--no-locale",
                "--pwfile=" + secret);
            if (settings.Address != IPAddress.Loopback.ToString())
                await server.RunAsync("sh", "-c", $"echo 'host all all all scram-sha-256' >> '{server.Data}/pg_hba.conf'");
        }
        finally
        {
            File.Delete(secret);
        }

        await server.StartAsync();
        return server;
    }

    /// <summary>A standby of this server, which follows it and takes no writes.</summary>
    public async Task<PostgresServer> StartStandbyAsync()
    {
        var standby = new PostgresServer(NewDirectory(), _programs, FreePorts.Take(IPAddress.Parse(Host)), _settings);
        await standby.RunAsync(
            "pg_basebackup", "-D", standby.Data, "-R", "-X", "stream", "-c", "fast", "-d", Client("replication"));
        await standby.StartAsync();
        return standby;
    }

    /// <summary>Makes a standby the primary.</summary>
    public Task PromoteAsync() => RunAsync("pg_ctl", "promote", "-w", "-s", "-D", Data);

    /// <summary>Dumps a schema to a file, as a backup of its rows.</summary>
    public async Task<string> DumpAsync(string schema, string database = "postgres")
    {
        var file = Path.Combine(_directory, $"{schema}-{Guid.NewGuid():N}.sql");
        await RunAsync("pg_dump", "-n", schema, "-f", file, "-d", Client(database));
        return file;
    }

    /// <summary>Carries out what a dump says.</summary>
    public Task PutBackAsync(string dump, string database = "postgres") =>
        RunAsync("psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", dump, "-d", Client(database));

    /// <summary>Copies the server's files while it runs.</summary>
    public Task BackUpFilesAsync() => RunAsync(
        "pg_basebackup", "-D", Path.Combine(_directory, "backup"), "-X", "stream", "-c", "fast", "-d", Client("replication"));

    /// <summary>Stops the server, puts the copy of its files in their place, and starts it.</summary>
    /// <param name="toAPointInTime">
    /// Has it recover as from an archive, which begins a timeline; it takes no writes until that has ended.
    /// </param>
    public async Task PutFilesBackAsync(bool toAPointInTime)
    {
        await StopAsync();
        var recovery = toAPointInTime
            ? $"echo \"restore_command = 'false'\" >> '{Data}/postgresql.auto.conf'; touch '{Data}/recovery.signal'" : "true";
        await RunAsync("sh", "-c", $"mv '{Data}' '{Data}.lost' && mv '{_directory}/backup' '{Data}' && {{ {recovery}; }}");
        await StartAsync();
    }

    /// <summary>Starts it where it was stopped, and waits until it serves.</summary>
    public Task StartAsync() => RunAsync(
        "pg_ctl", "start", "-w", "-s", "-D", Data, "-l", Path.Combine(Data, "log"), "-o",
        string.Create(CultureInfo.InvariantCulture, $"-p {Port} -c listen_addresses={Host} -c unix_socket_directories=")
        + string.Concat(_settings.Options.Select(static option => $" -c {option}")));

    /// <summary>Stops it at once, as a crash would.</summary>
    public Task StopAsync() => RunAsync("pg_ctl", "stop", "-w", "-s", "-m", "immediate", "-D", Data);

    /// <summary>Runs statements as the superuser and returns the last one's value.</summary>
    public async Task<object?> QueryAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Address() + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Ends it and removes its directory.</summary>
    public async ValueTask DisposeAsync()
    {
        _keeper.StandardInput.Close();
        await _keeper.WaitForExitAsync();
        _keeper.Dispose();
    }

    /// <summary>The address as the server's own programs take it.</summary>
    private string Client(string database) => string.Create(
        CultureInfo.InvariantCulture,
        $"host={Host} port={Port} dbname={database} user=postgres password='{Password.Replace("'", "\\'")}'");

    private static string NewDirectory() =>
        Path.Combine(Path.GetTempPath(), "orchestration-pg-" + Guid.NewGuid().ToString("N")[..12]);

    private static string Programs()
    {
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(d => d + "/bin")
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return debian.Concat(path).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")))
            ?? throw new InvalidOperationException(
                "PostgreSQL is not installed (no initdb); ./test.sh --full installs it, or: apt-get install postgresql.");
    }

    /// <summary>
    /// Removes the server once this process lets go of the pipe, however it ends: a test host is killed rather than closed.
    /// </summary>
    private Process StartKeeper()
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, WorkingDirectory = "/" };
        var stop = string.Join(' ', Command("pg_ctl").Select(part => $"'{part}'"));
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(
            $"exec >/dev/null 2>&1; cat; {stop} stop -w -m immediate -D '{Data}'; rm -rf '{_directory}'");
        return Process.Start(start)!;
    }

    /// <summary>The server refuses to run as root: it is then run as its package's user.</summary>
    private string[] Command(string program)
    {
        var path = program == "sh" ? "/bin/sh" : Path.Combine(_programs, program);
        return Environment.UserName == "root"
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--", path]
            : [path];
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        var command = Command(program);
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/",
        };
        foreach (var argument in command.Skip(1).Concat(arguments)) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;

        // The server inherits the pipes and keeps them open: what is written is read only when something went wrong.
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            var said = await process.StandardError.ReadToEndAsync() + await process.StandardOutput.ReadToEndAsync();
            throw new InvalidOperationException($"{program} failed: {said}");
        }
    }
}
