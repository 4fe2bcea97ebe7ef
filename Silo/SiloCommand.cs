using System.CommandLine;
using Orchestration.Silo.Api;
using Orchestration.Silo.Hosting;
using Orchestration.Silo.Moving;

namespace Orchestration.Silo;

/// <summary>The command line.</summary>
internal static class SiloCommand
{
    private const int DefaultPort = 30000;

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
        port.Validators.Add(ClusterArguments.CheckPort);
        var cluster = new ClusterArguments();
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
        var http = new HttpArguments();
        var verbose = new Option<bool>("--verbose") { Description = "Logs information too, not only warnings." };
        var command = new RootCommand("A silo of durable workflows, by itself or one of a cluster.") { data, port, assemblies,
            acceptRestore, verbose };
        cluster.AddTo(command);
        http.AddTo(command);
        command.Subcommands.Add(MoveCommand.Create());
        command.SetAction((result, cancellationToken) => SiloRunner.RunAsync(
            http.Read(result, cluster.Read(
                result,
                new SiloOptions(
                    result.GetValue(data)!,
                    result.GetValue(port),
                    result.GetValue(assemblies) ?? [],
                    result.GetValue(acceptRestore),
                    result.GetValue(verbose)))),
            cancellationToken));
        var parsed = command.Parse(args);

        // The host itself answers Ctrl+C and SIGTERM; the parser must not end the process before it has shut down.
        var exit = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        return parsed.Errors.Count > 0 ? 2 : exit;
    }
}
