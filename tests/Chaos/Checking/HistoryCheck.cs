using System.Collections.Concurrent;
using System.Text.Json;
using Orchestration.Chaos.Cluster;
using Orchestration.Chaos.Load;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;
using Orchestration.OrderFulfillment.Workflows;
using Orchestration.Storage.PostgreSql;
using Orchestration.Workflows;

namespace Orchestration.Chaos.Checking;

/// <summary>Holds the stored histories against what clients were told, and against what a history may be.</summary>
internal sealed class HistoryCheck(OrderDesk desk, IReadOnlyList<SiloLife> lives)
{
    private const int MaximumFindings = 100;

    private readonly ConcurrentBag<string> _findings = [];
    private readonly ConcurrentBag<(double Seconds, string What)> _lostRetries = [];
    private readonly ConcurrentDictionary<string, int> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SiloLife> _lives = lives.ToDictionary(static l => l.Name, StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TimeSpan> _ownWaits = new(StringComparer.Ordinal);
    private int _found;
    private long _events;
    private int _lost;

    public IReadOnlyCollection<string> Findings => _findings;

    /// <summary>How long after their silo was harmed lost attempts were tried again, in seconds; the longest last.</summary>
    public IReadOnlyList<double> LostRetries => [.. _lostRetries.Select(static r => r.Seconds).Order()];

    /// <summary>Which one waited longest; null where none was lost.</summary>
    public string? LongestRetry => _lostRetries.OrderByDescending(static r => r.Seconds).FirstOrDefault().What;

    /// <summary>How many attempts were lost with their silo.</summary>
    public int Lost => _lost;

    public long Events => _events;

    public int Runs => _runs.Values.Sum();

    /// <summary>How much of an order's time was its own luck.</summary>
    public TimeSpan OwnWaitsOf(string order) => _ownWaits.GetValueOrDefault(order);

    /// <summary>Reads all of them.</summary>
    public async Task RunAsync(string address)
    {
        await using var stores = await PostgreSqlStores.OpenAsync(PostgreSqlStoreOptions.Parse(address));
        string? next = null;
        do
        {
            var page = await stores.History.ListAsync(new ListQuery
            {
                Namespace = WorkflowKey.DefaultNamespace, PageSize = 500, Continuation = next,
            });
            await Parallel.ForEachAsync(page.Runs, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (run, _) =>
                Check(run, await ReadAsync(stores.History, run)));
            next = page.Continuation;
        }
        while (next is not null);

        foreach (var order in desk.Acknowledged)
            Require(_runs.ContainsKey(OrderDesk.WorkflowIdOf(order)), $"order {order} was acknowledged and has no run");
        foreach (var (id, count) in _runs) Require(count == 1, $"{id} has {count} runs");
    }

    private async Task<List<HistoryEvent>> ReadAsync(IHistoryStore store, RunRecord run)
    {
        var events = new List<HistoryEvent>();
        for (long? from = 1; from is not null;)
        {
            var page = await store.ReadAsync(run.Key, run.Handle, from.Value);
            foreach (var batch in page.Batches)
            {
                Require(
                    batch.FirstSequence == events.Count + 1,
                    $"{run.Key} has a turn at {batch.FirstSequence} after {events.Count} events");
                HistorySerializer.Read(batch.Body.Span, batch.Format, events);
            }

            from = page.NextSequence;
        }

        return events;
    }

    private void Check(RunRecord run, List<HistoryEvent> events)
    {
        Interlocked.Add(ref _events, events.Count);
        _runs.AddOrUpdate(run.Key.Key.Id.Value, 1, static (_, n) => n + 1);
        Require(run.Summary.State == RunState.Closed, $"{run.Key} is {run.Summary.State} at the end");
        Require(events.Count(static e => e is RunStarted) == 1 && events[0] is RunStarted, $"{run.Key} has not one start");
        var closing = events.Count(IsClosing);
        Require(closing == 1, $"{run.Key} has {closing} closing events");
        var rest = events.SkipWhile(static e => !IsClosing(e)).Skip(1);
        Require(rest.All(static e => e is OwedSettled), $"{run.Key} goes on after its end");
        for (var i = 1; i < events.Count; i++)
            Require(events[i].At >= events[i - 1].At, $"{run.Key}: time goes back at event {i + 1}");
        Activities(run, events);
        Result(run, events);
    }

    private void Activities(RunRecord run, List<HistoryEvent> events)
    {
        var hosts = new Dictionary<long, (string Host, DateTimeOffset Since)>();
        var ended = new HashSet<long>();
        foreach (var e in events)
        {
            switch (e)
            {
                case ActivityScheduled scheduled:
                    Require(
                        hosts.TryAdd(scheduled.Command, (scheduled.Host, scheduled.At)),
                        $"{run.Key} schedules activity {scheduled.Command} twice");
                    break;
                case ActivityRetryScheduled retry:
                    Require(!ended.Contains(retry.Command), $"{run.Key} retries activity {retry.Command} after its end");
                    if (retry.LastFailure?.Kind == FailureKind.Lost) Retried(run, hosts.GetValueOrDefault(retry.Command), retry);
                    hosts[retry.Command] = (retry.Host, retry.At);
                    break;
                case ActivityCompleted completed:
                    Require(ended.Add(completed.Command), $"{run.Key} observed activity {completed.Command} twice");
                    break;
                case ActivityEnded end:
                    Require(ended.Add(end.Command), $"{run.Key} observed activity {end.Command} twice");
                    break;
            }
        }
    }

    // A silo that is cut off may begin attempts until it notices: those count from then.
    private void Retried(RunRecord run, (string Host, DateTimeOffset Since) lost, ActivityRetryScheduled retry)
    {
        Interlocked.Increment(ref _lost);
        if (lost.Host is null || !_lives.TryGetValue(lost.Host, out var life)) return;
        var harms = life.Harms.Where(harm => harm < retry.At).ToList();
        if (harms.Count == 0) return;
        var from = lost.Since > harms[^1] ? lost.Since : harms[^1];
        _lostRetries.Add(((retry.At - from).TotalSeconds, $"{run.Key}, from {lost.Host}, at {retry.At:HH:mm:ss.fff}"));
    }

    private void Result(RunRecord run, List<HistoryEvent> events)
    {
        const string Prefix = "order-";
        var id = run.Key.Key.Id.Value;
        var order = id.StartsWith(Prefix, StringComparison.Ordinal) ? id[Prefix.Length..] : "";
        if (!desk.Ends.TryGetValue(order, out var told))
        {
            Add($"{run.Key} was never answered for");
            return;
        }

        _ownWaits[order] = OwnWaits.Of(order, events);

        if (events.OfType<RunCompleted>().FirstOrDefault() is not { } completed) return;
        var stored = JsonSerializer.Deserialize<OrderResult>(completed.Result.Data.Span, JsonSerializerOptions.Web);
        Require(stored == told.Result, $"{run.Key} ended with {stored}, its client was told {told.Result}");
    }

    private static bool IsClosing(HistoryEvent e) =>
        e is RunCompleted or RunFailed or RunCanceled or RunTerminated or RunTimedOut or RunContinuedAsNew;

    private void Require(bool holds, string otherwise)
    {
        if (!holds) Add(otherwise);
    }

    private void Add(string finding)
    {
        if (Interlocked.Increment(ref _found) <= MaximumFindings) _findings.Add(finding);
    }
}
