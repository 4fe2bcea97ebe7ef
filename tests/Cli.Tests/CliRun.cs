using System.Text.Json.Nodes;

namespace Orchestration.Cli.Tests;

/// <summary>One run of the command in the test's process.</summary>
internal sealed record CliRun(int Exit, string Output, string Error)
{
    public static async Task<CliRun> OfAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var exit = await OrchestrationCommand.RunAsync(arguments, output, error);
        return new CliRun(exit, output.ToString(), error.ToString());
    }

    /// <summary>The lines of JSON.</summary>
    public IReadOnlyList<JsonNode> Json =>
        [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => JsonNode.Parse(l)!)];
}
