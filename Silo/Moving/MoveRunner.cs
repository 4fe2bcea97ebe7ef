using System.Diagnostics;
using System.Globalization;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Moving;
using Orchestration.Workflows;

namespace Orchestration.Silo.Moving;

/// <summary>Carries a move out and shows how far it is.</summary>
internal static class MoveRunner
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(1);

    /// <summary>0: all is there and compared. 1: it is not, and the last line says why and what to do.</summary>
    public static async Task<int> RunAsync(
        string from, string to, bool retiresSource, bool acceptRestore, CancellationToken cancellationToken)
    {
        try
        {
            await using var source = await OpenedStore.OpenAsync(from, acceptRestore, isTarget: false, cancellationToken);
            await using var target = await OpenedStore.OpenAsync(to, acceptRestore: false, isTarget: true, cancellationToken);
            await Console.Out.WriteLineAsync($"Moving {source.End.Name} to {target.End.Name}.");
            var moved = await DataSetMover.MoveAsync(
                source.End, target.End, new MoveOptions { RetireSource = retiresSource, Progress = new Lines() },
                cancellationToken);
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"Done: {moved.Verified} runs with {moved.Events} events ({moved.Bytes} bytes), {moved.States} states and "
                + $"reminders, each compared."));
            return 0;
        }
        catch (Exception e) when (e is MoveFailed or OrchestrationException)
        {
            await Console.Error.WriteLineAsync(
                $"The move has not ended: {e.Message}"
                + (e is EngineFault fault ? $" See docs/errors/{fault.Code}.md." : "")
                + (e is StoreUnavailable ? " Run it again, and it goes on where it was." : ""));
            return 1;
        }
    }

    /// <summary>A line a second at most.</summary>
    private sealed class Lines : IProgress<MoveProgress>
    {
        private MovePhase? _phase;
        private long _last;

        public void Report(MoveProgress value)
        {
            if (value.Phase == _phase && Stopwatch.GetElapsedTime(_last) < BetweenLines) return;
            (_phase, _last) = (value.Phase, Stopwatch.GetTimestamp());
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{value.Phase}: {value.Copied} runs copied ({value.Events} events), {value.Verified} compared"));
        }
    }
}
