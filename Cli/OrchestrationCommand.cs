using System.CommandLine;
using Orchestration.Cli.Commands;

namespace Orchestration.Cli;

/// <summary>The command line.</summary>
internal static class OrchestrationCommand
{
    /// <summary>Runs a command; the exit code.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter? output = null, TextWriter? error = null)
    {
        var root = Make(new GlobalOptions());
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0 && AsksForJson(args))
        {
            var problem = string.Join(' ', parsed.Errors.Select(static e => e.Message));
            await Leaf.TellAsync(
                error ?? Console.Error, true, CliFailure.Usage(problem, "See --help of the command, or docs/cli.md."));
            return ExitCodes.Usage;
        }

        var configuration = new InvocationConfiguration { Output = output ?? Console.Out, Error = error ?? Console.Error };
        var exit = await parsed.InvokeAsync(configuration);
        return parsed.Errors.Count > 0 ? ExitCodes.Usage : exit;
    }

    // By the words themselves: of a line with errors no option can be asked.
    private static bool AsksForJson(string[] args) => args.Any(static a => a is "--output=json" or "-o=json" or "-ojson")
        || args.Zip(args.Skip(1)).Any(static p => p is { First: "--output" or "-o", Second: "json" });

    /// <summary>All commands.</summary>
    internal static RootCommand Make(GlobalOptions options)
    {
        var root = new RootCommand(
            "Looks after durable workflows: starts, asks and ends them, and looks into cluster and store.");
        options.AddTo(root);
        root.Add(WorkflowCommands.Make(options));
        root.Add(ActivityCommands.Make(options));
        root.Add(ClusterCommands.Make(options));
        root.Add(HistoryCommands.Make(options));
        root.Add(StoreCommands.Make(options));
        root.Add(ProfileCommands.Make(options));
        root.Add(CompletionCommands.Make(options));
        return root;
    }
}
