using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Orchestration.Grains.Storage;
using Orchestration.Silo.Api;
using Orchestration.Silo.Hosting;

namespace Orchestration.Silo;

/// <summary>The command line.</summary>
internal static class SiloCommand
{
    private const int DefaultPort = 30000;
    private const string StoreVariable = "ORCHESTRATION_STORE";

    /// <summary>
    /// Runs the silo as the command line says. 0 after a shutdown in good order, 1 where it could not start, 2 where the line
    /// makes no sense.
    /// </summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var data = new Option<DirectoryInfo>("--data")
        {
            Description = "Where the store lives; created if need be.",
            DefaultValueFactory = static _ => new DirectoryInfo("data"),
            HelpName = "DIR",
        };
        var port = new Option<int>("--port")
        {
            Description = "Where clients connect, at --address; 0 is any free port.",
            DefaultValueFactory = static _ => DefaultPort,
            HelpName = "N",
        };
        port.Validators.Add(CheckPort);
        var cluster = Cluster();
        var assemblies = new Option<FileInfo[]>("--assembly")
        {
            Description = "An assembly whose workflows and activities are hosted, instead of the sample's; may be given again.",
            HelpName = "PATH",
            DefaultValueFactory = static _ => [],
        };
        var acceptRestore = new Option<bool>("--accept-restore")
        {
            Description = "Opens a store that was put back from a backup: what ran after the backup runs again.",
        };
        var http = Http();
        var keys = new Option<FileInfo?>("--api-key-file")
        {
            Description = "A file with the API keys, one a line: the HTTP API then needs one. Without it, only this machine is "
                + "let in.",
            HelpName = "PATH",
        };
        var verbose = new Option<bool>("--verbose") { Description = "Logs information too, not only warnings." };
        var command = new RootCommand("A silo of durable workflows, by itself or one of a cluster.") { data, port, assemblies,
            acceptRestore, verbose, http, keys };
        foreach (var option in cluster.All) command.Add(option);
        command.SetAction((result, cancellationToken) => SiloRunner.RunAsync(
            new SiloOptions(
                result.GetValue(data)!,
                result.GetValue(port),
                result.GetValue(assemblies) ?? [],
                result.GetValue(acceptRestore),
                result.GetValue(verbose))
            {
                Cluster = result.GetValue(cluster.Id),
                Store = result.GetValue(cluster.Store),
                Address = result.GetValue(cluster.Address)!,
                SiloPort = result.GetValue(cluster.SiloPort),
                SecretFile = result.GetValue(cluster.SecretFile),
                Http = new ApiSettings(
                    result.GetResult(http) is { Implicit: false } ? result.GetValue(http) : ApiSettings.Default.Endpoint,
                    result.GetResult(http) is { Implicit: false }, result.GetValue(keys)),
            },
            cancellationToken));
        var parsed = command.Parse(args);

        // The host itself answers Ctrl+C and SIGTERM; the parser must not end the process before it has shut down.
        var exit = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        return parsed.Errors.Count > 0 ? 2 : exit;
    }

    private static ClusterArguments Cluster()
    {
        var id = new Option<string?>("--cluster")
        {
            Description = "Joins the cluster of that id: all silos that name it over one store. "
                + "Silos of one machine can share --data.",
            HelpName = "ID",
        };
        var store = new Option<string?>("--store")
        {
            Description = "A PostgreSQL store instead of the one in --data: "
                + "postgres://USER:PASSWORD@HOST/DATABASE?schema=NAME. The "
                + $"environment variable {StoreVariable} says the same without showing the password.",
            HelpName = "URL",
            DefaultValueFactory = static _ =>
                Environment.GetEnvironmentVariable(StoreVariable) is { Length: > 0 } url ? url : null,
        };
        var address = new Option<IPAddress>("--address")
        {
            Description = "Where it listens, and where other silos and clients reach it; the loopback interface unless given.",
            HelpName = "IP",
            DefaultValueFactory = static _ => IPAddress.Loopback,
            CustomParser = static result =>
            {
                if (IPAddress.TryParse(result.Tokens[0].Value, out var ip) && !ip.Equals(IPAddress.Any)
                    && !ip.Equals(IPAddress.IPv6Any)) return ip;
                result.AddError($"{result.Tokens[0].Value} is no address at which others could reach this silo.");
                return null;
            },
        };
        var siloPort = new Option<int>("--silo-port")
        {
            Description = "Where other silos connect; 0, as unless given, is any free port.",
            HelpName = "N",
        };
        var secret = new Option<FileInfo?>("--secret-file")
        {
            Description = "A file with the secret of the cluster; a silo without it is refused.",
            HelpName = "PATH",
        };
        siloPort.Validators.Add(CheckPort);
        id.Validators.Add(static result =>
        {
            if (result.Tokens.Count == 1 && (string.IsNullOrWhiteSpace(result.Tokens[0].Value)
                || result.Tokens[0].Value.Length > StoreRequests.MaximumClusterLength
                    || result.Tokens[0].Value.Any(char.IsControl)))
                result.AddError($"A cluster's id has 1 to {StoreRequests.MaximumClusterLength} characters.");
        });
        return new ClusterArguments(id, store, address, siloPort, secret);
    }

    private static Option<IPEndPoint?> Http() => new("--http")
    {
        Description = $"Where the HTTP API listens: ADDRESS:PORT, a PORT of the loopback interface, or off. "
            + $"127.0.0.1:{ApiSettings.DefaultPort} unless given, or any free port where that one is taken.",
        HelpName = "PLACE",
        CustomParser = static result =>
        {
            if (ApiSettings.TryParse(result.Tokens[0].Value, out var endpoint) is { } problem) result.AddError(problem);
            return endpoint;
        },
    };

    private static void CheckPort(OptionResult result)
    {
        if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var n) && n is < 0 or > 65535)
            result.AddError($"{n} is no port: 0 to 65535.");
    }

    private sealed record ClusterArguments(
        Option<string?> Id, Option<string?> Store, Option<IPAddress> Address, Option<int> SiloPort,
        Option<FileInfo?> SecretFile)
    {
        public IEnumerable<Option> All => [Id, Store, Address, SiloPort, SecretFile];
    }
}
