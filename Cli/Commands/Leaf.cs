using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestration.Cli.Output;

namespace Orchestration.Cli.Commands;

/// <summary>Makes commands that do something, and turns what goes wrong into words and an exit code.</summary>
internal static class Leaf
{
    /// <summary>A command.</summary>
    public static Command Make(
        GlobalOptions options, string name, string about, Func<CliContext, CancellationToken, Task<int>> act,
        params ReadOnlySpan<Symbol> symbols)
    {
        var command = new Command(name, about);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument) command.Add(argument);
            else command.Add((Option)symbol);
        }

        command.SetAction((result, cancellationToken) => RunAsync(result, options, act, cancellationToken));
        return command;
    }

    /// <summary>A command whose code is all the same 0.</summary>
    public static Command Make(
        GlobalOptions options, string name, string about, Func<CliContext, CancellationToken, Task> act,
        params ReadOnlySpan<Symbol> symbols) => Make(
        options, name, about,
        async (context, cancellationToken) =>
        {
            await act(context, cancellationToken);
            return ExitCodes.Done;
        },
        symbols);

    private static async Task<int> RunAsync(
        ParseResult result, GlobalOptions options, Func<CliContext, CancellationToken, Task<int>> act,
        CancellationToken cancellationToken)
    {
        var configuration = result.InvocationConfiguration;
        var isJson = options.IsJson(result);
        using var context = new CliContext(result, options, new Printer(isJson, configuration.Output));
        try
        {
            return await act(context, cancellationToken);
        }
        catch (CliFailure e)
        {
            await TellAsync(configuration.Error, isJson, e);
            return e.ExitCode;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception e)
        {
            await TellAsync(configuration.Error, isJson, new CliFailure(
                ExitCodes.Failed, $"The command failed: {e.Message}",
                    "This is a fault of the command: report it with its line."));
            return ExitCodes.Failed;
        }
    }

    /// <summary>Says what is wrong and what to do.</summary>
    public static Task TellAsync(TextWriter error, bool isJson, CliFailure failure) => isJson
        ? error.WriteLineAsync(new JsonObject
        {
            ["error"] = failure.Message, ["remedy"] = failure.Remedy, ["code"] = failure.Code, ["exitCode"] = failure.ExitCode,
        }.ToJsonString())
        : error.WriteLineAsync($"{Json.Safe(failure.Message)}\n  {Json.Safe(failure.Remedy)}");

    /// <summary>Reads JSON of the command line or a file.</summary>
    public static JsonNode? ParseJson(string what, string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException e)
        {
            throw new CliFailure(
                ExitCodes.Usage, $"The {what} is no JSON: {e.Message}",
                "Write a text with quotation marks, as the shell needs it: '\"text\"'; numbers and objects as they are.", e);
        }
    }
}
