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
        var configuration = new InvocationConfiguration { Output = output ?? Console.Out, Error = error ?? Console.Error };
        var exit = await parsed.InvokeAsync(configuration);
        return parsed.Errors.Count > 0 ? ExitCodes.Usage : exit;
    }

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
