using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;
using Orchestration.Storage.AzureStorage.Log.Memory;
using Orchestration.Storage.AzureStorage.Log.Tables;
using Orchestration.Storage.AzureStorage.Log.Writing;
using Orchestration.Workflows;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>
/// Histories of the form <see cref="AzureStorageForm.SharedLog"/>: instances are spread over a few logs, and each log takes the
/// writes of its instances in blocks.
/// </summary>
internal sealed class SharedLogStore : IHistoryStore, IAsyncDisposable
{
    // Larger bodies would fill blocks by themselves.
    private const int LargestBody = 1 << 20;

    private const int MaximumFlushes = 8;

    private readonly Blobs _blobs;
    private readonly HandleClock _handles;
    private readonly SharedLog[] _logs;

    public SharedLogStore(
        Blobs blobs, int logs, AzureStorageOptions options, TimeProvider time, ILogger logger,
        AzureStorageInstruments instruments)
    {
        _blobs = blobs;
        _handles = new HandleClock(time);
        var pages = new PageCache(blobs);
        _logs = [.. Enumerable.Range(0, logs).Select(
            number => new SharedLog(blobs, number, pages, options, time, logger, instruments))];
    }

    /// <summary>The same for all containers of this layout's version.</summary>
    public int ShardCount => Shards.Default;

    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        StoreRequests.Check(request, ShardCount);
        cancellationToken.ThrowIfCancellationRequested();
        var log = LogOf(request.Key.Key);

        // The log's own task, so that its end wakes the caller and nobody in between.
        return request.Body.Length > LargestBody
            ? AppendLargeAsync(log, request) : new(Append(log, request, request.Body, isElsewhere: false));
    }

    public ValueTask<bool> UpdateSummaryAsync(
        StoreKey key, long handle, long expectedSequence, RunSummary summary, int? wakes = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(summary);
        cancellationToken.ThrowIfCancellationRequested();
        return new(LogOf(key.Key).WriteAsync(new SummaryWrite(RunRef.Of(key), expectedSequence, summary, wakes)));
    }

    public ValueTask<int?> CountWakeAsync(StoreKey key, long handle, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(LogOf(key.Key).WriteAsync(new WakeWrite(RunRef.Of(key))));
    }

    public ValueTask<bool> PurgeAsync(StoreKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(LogOf(key.Key).WriteAsync(new PurgeWrite(RunRef.Of(key))));
    }

    public ValueTask<RunRecord?> FindAsync(WorkflowKey key, RunId? runId = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(LogOf(key).ReadAsync(
            RunRef.InstanceOf(key),
            instance => (runId is { } id ? instance.Find(id.Value) : instance.Latest) is { } run
                ? run.Info!.ToRecord(run.Stand) : null));
    }

    /// <summary>By one proof of what memory says, which a wake-up would else wait for twice.</summary>
    public async ValueTask<StoredRun?> LoadAsync(
        WorkflowKey key, int maximumBytes = 1 << 20, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var log = LogOf(key);
        return await log.WithTablesAsync(async () =>
        {
            var found = await log.ReadAsync(
                RunRef.InstanceOf(key),
                instance => instance.Latest is { } run
                    ? (Run: run, Record: run.Info!.ToRecord(run.Stand), View: HistoryView.Of(run)) : default)
                .ConfigureAwait(false);
            if (found.Run is null) return null;
            if (found.Record.Summary.State == RunState.Closed)
                return new StoredRun(found.Record, null, await log.Histories.TailAsync(found.View).ConfigureAwait(false));
            return new StoredRun(
                found.Record,
                maximumBytes == 0 ? null
                    : await PageAsync(log, found.Run, found.View, 1, maximumBytes, cursor: null).ConfigureAwait(false),
                null);
        }).ConfigureAwait(false);
    }

    public async ValueTask<HistoryPage> ReadAsync(
        StoreKey key, long handle, long fromSequence, int maximumBytes = 1 << 20,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var log = LogOf(key.Key);
        return await log.WithTablesAsync(async () =>
        {
            var found = await log.ReadAsync(
                RunRef.InstanceOf(key.Key),
                instance => instance.Find(key.RunId.Value) is { } run ? (run, View: HistoryView.Of(run), run.Cursor) : default)
                .ConfigureAwait(false);
            return found.run is null
                ? new HistoryPage([], null)
                : await PageAsync(log, found.run, found.View, fromSequence, maximumBytes, found.Cursor).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    public async ValueTask<HistoryBatch?> ReadTailAsync(
        StoreKey key, long handle, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var log = LogOf(key.Key);
        return await log.WithTablesAsync(async () =>
        {
            var view = await log.ReadAsync(
                RunRef.InstanceOf(key.Key),
                instance => instance.Find(key.RunId.Value) is { } run ? HistoryView.Of(run) : null).ConfigureAwait(false);
            return view is null ? null : await log.Histories.TailAsync(view).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<DueRun>> DueRunsAsync(DueQuery query, CancellationToken cancellationToken = default)
    {
        StoreRequests.Check(query, ShardCount);
        cancellationToken.ThrowIfCancellationRequested();
        var found = await Task.WhenAll(_logs.Select(log => DueReader.TakeAsync(log, query))).ConfigureAwait(false);
        return found.Length == 1
            ? found[0]
            : [.. found.SelectMany(static runs => runs).OrderBy(static run => run.WakeAt).ThenBy(static run => run.Handle)
                .Take(query.Limit)];
    }

    public async ValueTask<ListPage> ListAsync(ListQuery query, CancellationToken cancellationToken = default)
    {
        StoreRequests.Check(query);
        var after = ListCursor.Parse(query.Continuation);
        cancellationToken.ThrowIfCancellationRequested();
        var found = await Task.WhenAll(_logs.Select(log => ListReader.TakeAsync(log, query, after))).ConfigureAwait(false);
        var runs = found.SelectMany(static runs => runs).OrderByDescending(run => ListCursor.At(query, run).Time)
            .ThenByDescending(static run => run.Handle).Take(query.PageSize + 1).ToList();
        return ListPage.Of(query, runs);
    }

    public async ValueTask SaveHeartbeatAsync(
        StoreKey key, long handle, HeartbeatRecord heartbeat, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(heartbeat);
        cancellationToken.ThrowIfCancellationRequested();
        var log = LogOf(key.Key);
        var (_, last) = await BeatAsync(log, key, heartbeat.Command, isProven: true).ConfigureAwait(false);
        await log.WriteAsync(new HeartbeatWrite(RunRef.Of(key), heartbeat, last)).ConfigureAwait(false);
    }

    public async ValueTask<HeartbeatRecord?> FindHeartbeatAsync(
        StoreKey key, long handle, long command, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return (await BeatAsync(LogOf(key.Key), key, command, isProven: false).ConfigureAwait(false)).Last;
    }

    /// <summary>The logs.</summary>
    public IReadOnlyList<SharedLog> Logs => _logs;

    /// <summary>A run's heartbeats, in the order of their commands.</summary>
    public Task<List<HeartbeatRecord>> HeartbeatsAsync(StoreKey key)
    {
        var (log, run) = (LogOf(key.Key), RunRef.Of(key));
        return log.WithTablesAsync(async () =>
        {
            var fresh = await log.ReadAsync(
                run.Instance,
                instance => instance.Find(run.Run)?.Beats?.Values.Select(static beat => beat.Record).ToList() ?? [])
                .ConfigureAwait(false);
            var tables = log.Read(static memory => memory.Tables);
            var packed = (await tables.LookUpAsync(TableKeys.OfBeats(run)).ConfigureAwait(false)).Select(static entry =>
            {
                var reader = new ByteReader(entry.Value);
                return RunCode.ReadHeartbeat(ref reader);
            });
            return fresh.UnionBy(packed, static beat => beat.Command).OrderBy(static beat => beat.Command).ToList();
        });
    }

    /// <summary>Moves what the logs hold to packs and tables now; else it goes on by itself.</summary>
    public async Task FlushAsync()
    {
        foreach (var log in _logs)
        {
            for (var tries = 0; !await log.FlushAsync().ConfigureAwait(false); tries++)
                if (tries == MaximumFlushes)
                    throw new StoreUnavailable($"{_blobs.Where}: others write and flush the log all the time.");
        }
    }

    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_logs.Select(static log => log.DisposeAsync().AsTask())).ConfigureAwait(false);

    private async ValueTask<AppendResult> AppendLargeAsync(SharedLog log, AppendRequest request)
    {
        // Under the turn's own name, so that a repeat writes the same blob.
        var name = log.Names.Body(RunRef.Of(request.Key), NameOf(request));
        await _blobs.WriteOnceAsync(name, request.Body, CancellationToken.None).ConfigureAwait(false);
        return await Append(log, request, System.Text.Encoding.UTF8.GetBytes(name), isElsewhere: true).ConfigureAwait(false);
    }

    private Task<AppendResult> Append(SharedLog log, AppendRequest request, ReadOnlyMemory<byte> body, bool isElsewhere)
    {
        var turn = new LogTurn(
            request.ExpectedSequence + 1, request.EventCount, request.TurnId, request.Format, body, isElsewhere);
        return log.WriteAsync<AppendResult>(
            request.ExpectedSequence == 0 ? new StartWrite(request, turn, _handles) : new TurnWrite(request, turn));
    }

    private static async Task<HistoryPage> PageAsync(
        SharedLog log, MemRun run, HistoryView view, long from, int maximumBytes, HistoryCursor? cursor)
    {
        var (page, next) = await log.Histories.ReadAsync(view, from, maximumBytes, cursor).ConfigureAwait(false);
        log.Read(_ => ReferenceEquals(run.Extents, view.Extents) ? run.Cursor = next : null);
        return page;
    }

    private static Guid NameOf(AppendRequest request)
    {
        var writer = new ByteWriter();
        RunCode.Write(writer, request.TurnId);
        writer.Number(request.ExpectedSequence);
        return new Guid(SHA256.HashData(writer.Written.Span).AsSpan(0, 16));
    }

    private static Task<(bool IsThere, HeartbeatRecord? Last)> BeatAsync(
        SharedLog log, StoreKey key, long command, bool isProven) => log.WithTablesAsync(async () =>
    {
        var run = RunRef.Of(key);
        var (isThere, isNew, last) = await log.ReadAsync(
            run.Instance,
            instance => instance.Find(run.Run) is { } found
                ? (true, found.IsNew, found.Beats is { } beats && beats.TryGetValue(command, out var beat) ? beat.Record : null)
                : (false, true, null),
            isProven).ConfigureAwait(false);
        if (last is not null || isNew || !isThere) return (isThere, last);
        var tables = log.Read(static memory => memory.Tables);
        var found = await tables.LookUpAsync(TableKeys.OfBeat(run, command)).ConfigureAwait(false);
        if (found.Count == 0) return (true, null);
        var reader = new ByteReader(found[0].Value);
        return (true, (HeartbeatRecord?)RunCode.ReadHeartbeat(ref reader));
    });

    private SharedLog LogOf(WorkflowKey key) => _logs[Shards.Of(key, ShardCount) % _logs.Length];
}
