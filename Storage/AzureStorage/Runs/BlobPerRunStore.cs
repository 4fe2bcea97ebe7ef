using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;
using Orchestration.Workflows;

namespace Orchestration.Storage.AzureStorage.Runs;

/// <summary>
/// Histories of the form <see cref="AzureStorageForm.BlobPerRun"/>: an append blob a run, each turn one block, conditional on
/// where the blob ends. Summaries go with the block; markers, list entries and instances are blobs of their own.
/// </summary>
internal sealed class BlobPerRunStore : IHistoryStore
{
    private readonly Blobs _blobs;
    private readonly Histories _histories;
    private readonly RunWriter _writer;
    private readonly RunFiles _files = new();
    private readonly Starter _starter;
    private readonly Purger _purger;
    private readonly DueIndex _due;

    public BlobPerRunStore(Blobs blobs, AzureStorageOptions options, TimeProvider time)
    {
        _blobs = blobs;
        _histories = new Histories(blobs);
        _writer = new RunWriter(blobs, _histories, options);
        _starter = new Starter(this, blobs, _writer, new HandleClock(time));
        _purger = new Purger(this, blobs, _writer);
        _due = new DueIndex(this, blobs, time);
    }

    /// <summary>The same for all containers of this layout's version.</summary>
    public int ShardCount => Shards.Default;

    public async ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        StoreRequests.Check(request, ShardCount);
        cancellationToken.ThrowIfCancellationRequested();
        if (request.ExpectedSequence == 0) return await _starter.StartAsync(request).ConfigureAwait(false);
        var file = _files.Get(request.Key);
        using var place = await file.Gate.EnterAsync().ConfigureAwait(false);
        var written = await _writer.WriteAsync(
            file,
            mark => mark.Tail == request.ExpectedSequence
                ? new RunWriter.Change(
                    mark with
                    {
                        Kind = FrameKind.Turn,
                        Summary = request.Summary ?? mark.Summary,
                        Wakes = request.Wakes ?? mark.Wakes,
                        LastFirst = request.ExpectedSequence + 1,
                        LastCount = request.EventCount,
                        LastTurn = request.TurnId,
                        LastFormat = request.Format,
                    },
                    request.Body)
                : null,
            CancellationToken.None).ConfigureAwait(false);
        if (written is not null) return new AppendResult(AppendOutcome.Appended, written.Handle);
        if (file.Mark is not { } end) return Gone(file);
        return await HasAsync(file, request).ConfigureAwait(false)
            ? new AppendResult(AppendOutcome.Appended, end.Handle) : new AppendResult(AppendOutcome.Conflict, end.Handle);
    }

    public async ValueTask<bool> UpdateSummaryAsync(
        StoreKey key, long handle, long expectedSequence, RunSummary summary, int? wakes = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(summary);
        cancellationToken.ThrowIfCancellationRequested();
        var file = _files.Get(key);
        using var place = await file.Gate.EnterAsync().ConfigureAwait(false);
        var written = await _writer.WriteAsync(
            file,
            mark => mark.Tail == expectedSequence
                ? new RunWriter.Change(
                    mark with { Kind = FrameKind.State, Summary = summary, Wakes = wakes ?? mark.Wakes }, default)
                : null,
            CancellationToken.None).ConfigureAwait(false);
        return written is not null;
    }

    public async ValueTask<int?> CountWakeAsync(StoreKey key, long handle, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = _files.Get(key);
        using var place = await file.Gate.EnterAsync().ConfigureAwait(false);
        var written = await _writer.WriteAsync(
            file, static mark => new RunWriter.Change(mark with { Kind = FrameKind.State, Wakes = mark.Wakes + 1 }, default),
            CancellationToken.None).ConfigureAwait(false);
        return written?.Wakes;
    }

    public async ValueTask<RunRecord?> FindAsync(
        WorkflowKey key, RunId? runId = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var instance = await InstanceFile.ReadAsync(_blobs, key, cancellationToken).ConfigureAwait(false);
        var run = runId is { } id ? instance.Find(id) : instance.Latest;
        return run is null ? null : await RecordAsync(key, run, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<HistoryPage> ReadAsync(
        StoreKey key, long handle, long fromSequence, int maximumBytes = 1 << 20,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = _files.Get(key);
        var (blob, offset) = (0, 0L);
        if (file.Cursor is { } cursor && cursor.Sequence == fromSequence) (blob, offset) = (cursor.Blob, cursor.Offset);
        var batches = new List<HistoryBatch>();
        long bytes = 0;
        await foreach (var (batch, number, end) in _histories.TurnsAsync(key, fromSequence, blob, offset, cancellationToken)
            .ConfigureAwait(false))
        {
            if (batches.Count > 0 && bytes + batch.Body.Length > maximumBytes)
            {
                file.Cursor = new RunFile.ReadCursor(batch.FirstSequence, blob, offset);
                return new HistoryPage(batches, batch.FirstSequence);
            }

            bytes += batch.Body.Length;
            batches.Add(batch with { Body = batch.Body.ToArray() });
            (blob, offset) = (number, end);
        }

        return new HistoryPage(batches, null);
    }

    public async ValueTask<HistoryBatch?> ReadTailAsync(
        StoreKey key, long handle, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (await EndAsync(key, cancellationToken).ConfigureAwait(false) is not { } mark) return null;
        await foreach (var (batch, _, _) in _histories.TurnsAsync(
            key, mark.LastFirst, mark.LastBlob, mark.LastOffset, cancellationToken).ConfigureAwait(false)) return batch;
        return null;
    }

    public async ValueTask<IReadOnlyList<DueRun>> DueRunsAsync(DueQuery query, CancellationToken cancellationToken = default)
    {
        StoreRequests.Check(query, ShardCount);
        cancellationToken.ThrowIfCancellationRequested();
        return await _due.TakeAsync(query, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<ListPage> ListAsync(ListQuery query, CancellationToken cancellationToken = default)
    {
        StoreRequests.Check(query);
        var after = ListCursor.Parse(query.Continuation);
        cancellationToken.ThrowIfCancellationRequested();
        return await new StartList(this, _blobs, query, after).TakeAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> PurgeAsync(StoreKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var purged = await _purger.PurgeAsync(key).ConfigureAwait(false);
        if (purged) _files.Forget(key);
        return purged;
    }

    public async ValueTask SaveHeartbeatAsync(
        StoreKey key, long handle, HeartbeatRecord heartbeat, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(heartbeat);
        cancellationToken.ThrowIfCancellationRequested();
        var file = _files.Get(key);
        if (file.Mark is null && await EndAsync(key, CancellationToken.None).ConfigureAwait(false) is null) return;
        var writer = new ByteWriter();
        RunCode.Write(writer, heartbeat);
        var bytes = writer.ToArray();
        var name = RunNames.Beat(key, heartbeat.Command);
        while (true)
        {
            var there = await _blobs.ReadAsync(name, CancellationToken.None).ConfigureAwait(false);
            if (there is not null && Beat(there).Attempt > heartbeat.Attempt) return;
            if (await _blobs.KeepAsync(
                name, bytes, CancellationToken.None, there?.Version, onlyNew: there is null, largeUnder: RunNames.Bodies(key))
                .ConfigureAwait(false) is not null) return;
        }
    }

    public async ValueTask<HeartbeatRecord?> FindHeartbeatAsync(
        StoreKey key, long handle, long command, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var part = await _blobs.ReadAsync(RunNames.Beat(key, command), cancellationToken).ConfigureAwait(false);
        return part is null ? null : Beat(part);
    }

    /// <summary>A run that its instance names, as its history says now; null where it has been purged since.</summary>
    /// <exception cref="EngineFault">Its history is missing: what would be written without it would be in doubt.</exception>
    public async Task<RunRecord?> RecordAsync(WorkflowKey key, InstanceRun run, CancellationToken cancellationToken)
    {
        var store = new StoreKey(key, run.Id);
        if (await EndAsync(store, cancellationToken).ConfigureAwait(false) is not { } mark)
        {
            // A purge says so in the instance before it removes anything.
            var now = await InstanceFile.ReadAsync(_blobs, key, cancellationToken).ConfigureAwait(false);
            return now.Find(run.Id) is null ? null : throw _histories.Missing(store);
        }

        var summary = run.IsSuperseded && mark.Summary.State != RunState.Closed
            ? mark.Summary with { State = RunState.Closed, WakeAt = null } : mark.Summary;
        return new RunRecord(store, run.Handle, run.WorkflowType, run.StartedAt, summary, mark.Wakes);
    }

    /// <summary>The end of a history as the service has it now.</summary>
    public async Task<RunMark?> EndAsync(StoreKey key, CancellationToken cancellationToken)
    {
        var file = _files.Get(key);
        using var place = await file.Gate.EnterAsync().ConfigureAwait(false);
        await _histories.LoadAsync(file, cancellationToken).ConfigureAwait(false);
        return file.Mark;
    }

    /// <summary>The same, by the holder of the file's gate.</summary>
    public Task LoadAsync(RunFile file) => _histories.LoadAsync(file, CancellationToken.None);

    public RunFile FileOf(StoreKey key) => _files.Get(key);

    /// <summary>Whether the turn stands where the request wants it. The file's gate is held, its end just read.</summary>
    public async Task<bool> HasAsync(RunFile file, AppendRequest request)
    {
        var mark = file.Mark!;
        if (mark.LastFirst == request.ExpectedSequence + 1) return mark.LastTurn == request.TurnId;
        if (mark.Tail <= request.ExpectedSequence) return false;
        await foreach (var (batch, _, _) in _histories.TurnsAsync(
            file.Key, request.ExpectedSequence + 1, 0, 0, CancellationToken.None).ConfigureAwait(false))
            return batch.FirstSequence == request.ExpectedSequence + 1 && batch.TurnId == request.TurnId;
        return false;
    }

    private static HeartbeatRecord Beat(BlobPart part)
    {
        var reader = new ByteReader(part.Content.Span);
        return RunCode.ReadHeartbeat(ref reader);
    }

    private AppendResult Gone(RunFile file)
    {
        _files.Forget(file.Key);
        return new AppendResult(AppendOutcome.Conflict, 0);
    }
}
