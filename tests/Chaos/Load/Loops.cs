using System.Diagnostics;
using Orchestration.Chaos.Reporting;

namespace Orchestration.Chaos.Load;

/// <summary>How orders come in.</summary>
internal static class Loops
{
    /// <summary>So many callers, each starting the next order as its last one ends.</summary>
    /// <returns>How many ended a second, the start left out.</returns>
    public static async Task<double> ClosedAsync(
        OrderDesk desk, OrderBook book, Throughput throughput, int callers, TimeSpan warmUp, TimeSpan window)
    {
        throughput.Begin();
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(began) < warmUp + window)
            {
                if (book.Take() is { } order) await desk.RunAsync(order, CancellationToken.None);
                else await book.FillAsync(1);
            }
        })));
        return throughput.CompletedBySecond()
            .Skip((int)warmUp.TotalSeconds).Take((int)window.TotalSeconds).DefaultIfEmpty(0).Average();
    }

    /// <summary>
    /// So many orders a second, at even distances, whatever becomes of those before; until the work that it accompanies ends.
    /// </summary>
    /// <returns>All that were started, under way or ended.</returns>
    public static async Task<List<Task>> OpenAsync(
        OrderDesk desk, OrderBook book, Timeline timeline, double rate, Task until, CancellationToken cancellationToken)
    {
        var all = new List<Task>();
        var began = Stopwatch.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(Math.Clamp(1000 / rate, 1, 50)));
        while (!until.IsCompleted && await tick.WaitForNextTickAsync(cancellationToken))
        {
            var due = (long)(Stopwatch.GetElapsedTime(began).TotalSeconds * rate);
            while (all.Count < due)
            {
                if (book.Take() is not { } order)
                {
                    timeline.Add("the order book has run empty");
                    return all;
                }

                all.Add(Task.Run(() => desk.RunAsync(order, cancellationToken), cancellationToken));
            }
        }

        return all;
    }

    /// <summary>Runs what has been entered and was not started, so that every order in the book has an end.</summary>
    public static Task RestAsync(OrderDesk desk, OrderBook book) =>
        Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(async () =>
        {
            while (book.Take() is { } order) await desk.RunAsync(order, CancellationToken.None);
        })));
}
