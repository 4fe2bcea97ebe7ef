using System.CommandLine;
using System.Net.Sockets;
using Orchestration.Workflows;
using Orleans.Runtime;

namespace Orchestration.Samples.Shared;

/// <summary>The command line of a sample: what cannot be is said in one line, and the exit code tells.</summary>
public static class SampleCommand
{
    /// <summary>All went as it should, checks included.</summary>
    public const int Clean = 0;

    /// <summary>A check found something wrong.</summary>
    public const int Broken = 1;

    /// <summary>The command line, its input or the data directory cannot be used.</summary>
    public const int Unusable = 2;

    /// <summary>The process was asked to end; the same command goes on.</summary>
    public const int Interrupted = 130;

    /// <summary>The option that names the directory of a sample's data.</summary>
    public static Option<string> DataOption(string sample)
    {
        var data = new Option<string>("--data")
        {
            Description = "Where histories and books live.", DefaultValueFactory = _ => Path.Combine("data", sample),
        };
        data.Validators.Add(static result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string>())) result.AddError("--data must name a directory.");
        });
        return data;
    }

    /// <summary>An option that takes a whole number within limits.</summary>
    public static Option<int> NumberOption(string name, string description, int standard, int from, int to)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 0 || !int.TryParse(result.Tokens[0].Value, out var given)) return;
            if (given < from || given > to) result.AddError($"{name} must be from {from} to {to}.");
        });
        return option;
    }

    /// <summary>Runs what the line asks for.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(RootCommand command, string[] args)
    {
        var parsed = command.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync("Try --help.");
            return Unusable;
        }

        try
        {
            // The host handles Ctrl+C itself, and takes its time to hand over what runs.
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception e) when (e is OrchestrationException or OrleansException or SocketException
            or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Unusable;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted. The same command goes on from here.");
            return Interrupted;
        }
    }
}
