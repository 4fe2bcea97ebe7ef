using System.Globalization;
using System.Text.Json;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Cli.Commands;

/// <summary>Reads every history of a store: each turn in its place, each event readable, the summary fitting the end.</summary>
internal static class Verifying
{
    /// <summary>Reads them all.</summary>
    public static async Task<int> RunAsync(CliContext context, string store, CancellationToken cancellationToken)
    {
        await using var opened = await Stores.OpenAsync(store, mayCreate: false, cancellationToken);
        var (runs, events, problems) = await Output.Printer.WithProgressAsync(
            "histories", progress => ReadAsync(context, opened.History, progress, cancellationToken));
        context.Printer.Raw(JsonSerializer.SerializeToElement(
            new Dictionary<string, long> { ["runs"] = runs, ["events"] = events, ["problems"] = problems }));
        context.Printer.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{opened.Name}: {runs} runs with {events} events; {(problems == 0 ? "all" : $"all but {problems}")} can be read."));
        return problems == 0 ? ExitCodes.Done : ExitCodes.Mismatch;
    }

    private static async Task<(long Runs, long Events, long Problems)> ReadAsync(
        CliContext context, IHistoryStore store, Action<double, double> progress, CancellationToken cancellationToken)
    {
        var (runs, events, problems) = (0L, 0L, 0L);
        foreach (var name in await NamespacesAsync(store, cancellationToken))
        {
            var total = (await store.CountAsync(new ListQuery { Namespace = name }, cancellationToken)).Sum(static c => c.Count);
            var query = new ListQuery { Namespace = name, PageSize = StoreRequests.MaximumPageSize };
            do
            {
                var page = await store.ListAsync(query, cancellationToken);
                foreach (var run in page.Runs)
                {
                    var (count, problem) = await ReadAsync(store, run, cancellationToken);
                    events += count;
                    progress(++runs, total);
                    if (problem is null) continue;
                    problems++;
                    context.Printer.Raw(JsonSerializer.SerializeToElement(new Dictionary<string, string>
                    {
                        ["workflow"] = run.Key.Key.ToString(), ["runId"] = run.Key.RunId.ToString(), ["problem"] = problem,
                    }));
                    context.Printer.Line($"{run.Key.Key} (run {run.Key.RunId}): {problem}");
                }

                query = query with { Continuation = page.Continuation };
            }
            while (query.Continuation is not null);
        }

        return (runs, events, problems);
    }

    // The port lists by namespace; a store that knows its namespaces says so, else the default one is read.
    private static ValueTask<IReadOnlyList<string>> NamespacesAsync(IHistoryStore store, CancellationToken cancellationToken) =>
        store.NamespacesAsync(cancellationToken);

    private static async Task<(long Events, string? Problem)> ReadAsync(
        IHistoryStore store, RunRecord run, CancellationToken cancellationToken)
    {
        var events = new List<HistoryEvent>();
        var (count, next) = (0L, (long?)1);
        try
        {
            while (next is { } from)
            {
                var page = await store.ReadAsync(run.Key, run.Handle, from, cancellationToken: cancellationToken);
                foreach (var batch in page.Batches)
                {
                    if (batch.FirstSequence != count + 1)
                        return (count, $"after event {count} comes event {batch.FirstSequence}");
                    events.Clear();
                    HistorySerializer.Read(batch.Body.Span, batch.Format, events);
                    if (events.Count != batch.EventCount)
                        return (count,
                            $"the turn at event {batch.FirstSequence} has {events.Count} events, and says {batch.EventCount}");
                    count += batch.EventCount;
                }

                next = page.NextSequence;
            }
        }
        catch (EngineFault e)
        {
            return (count, e.Message);
        }

        return (count, count == 0 ? "it has no events" : null);
    }
}
