using System.Text.Json;
using Orchestration.Storage.Moving;
using Orchestration.Workflows;

namespace Orchestration.Cli.Commands;

/// <summary>Moves a store.</summary>
internal static class Moving
{
    /// <summary>Moves it, with a bar.</summary>
    public static async Task<int> RunAsync(
        CliContext context, string from, string to, bool retiresSource, CancellationToken cancellationToken)
    {
        await using var source = await Stores.OpenAsync(from, mayCreate: false, cancellationToken);
        await using var target = await Stores.OpenAsync(to, mayCreate: true, cancellationToken);
        MoveProgress moved;
        try
        {
            moved = await Output.Printer.WithProgressAsync("runs", progress => DataSetMover.MoveAsync(
                source.End, target.End,
                new MoveOptions { RetireSource = retiresSource, Progress = new Bar(progress) }, cancellationToken));
        }
        catch (Exception e) when (e is MoveFailed or OrchestrationException)
        {
            throw new CliFailure(
                ExitCodes.Mismatch, $"The move has not ended: {e.Message}",
                "Mend what it says and run it again: it goes on where it was.", e);
        }

        context.Printer.Raw(JsonSerializer.SerializeToElement(new Dictionary<string, long>
        {
            ["runs"] = moved.Verified, ["events"] = moved.Events, ["bytes"] = moved.Bytes, ["states"] = moved.States,
        }));
        context.Printer.Line(
            $"Moved {moved.Verified} runs with {moved.Events} events and {moved.States} states and reminders, each compared.");
        return ExitCodes.Done;
    }

    /// <summary>Half the bar is the copying, half the comparison.</summary>
    private sealed class Bar(Action<double, double> progress) : IProgress<MoveProgress>
    {
        public void Report(MoveProgress value) => progress(
            value.Copied + value.Verified, value.Phase == MovePhase.Copying ? 0 : 2 * value.Copied);
    }
}
