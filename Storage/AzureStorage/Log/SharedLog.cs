using Microsoft.Extensions.Logging;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Connections;
using Orchestration.Storage.AzureStorage.Log.Memory;
using Orchestration.Storage.AzureStorage.Log.Tables;
using Orchestration.Storage.AzureStorage.Log.Writing;
using Orchestration.Workflows;

namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>
/// One log, as this process has it: what waits goes as one block, conditional on where the log ends; who finds that it ends
/// elsewhere reads what others wrote, and judges anew. One block is under way at a time, and meanwhile the next one gathers.
/// </summary>
internal sealed partial class SharedLog : IAsyncDisposable
{
    private const int MaximumWaiting = 200_000;
    private const int MaximumBatchBytes = 3 << 20;
    private const int ReadWindow = 8 << 20;
    private const int MaximumReloads = 8;

    private readonly Blobs _blobs;
    private readonly AzureStorageOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AzureStorageInstruments _instruments;
    private readonly Lock _gate = new();
    private readonly LoopSignal _work = new();
    private readonly List<LogWrite> _current = [];
    private readonly List<LogWrite> _front = [];
    private readonly List<LogWrite> _kept = [];
    private readonly Dictionary<UInt128, List<LogWrite>> _loading = [];
    private readonly CancellationTokenSource _giveUp = new();
    private readonly SegmentHold _hold;
    private readonly Task _loop;
    private List<LogWrite> _waiting = [];
    private LogMemory? _memory;
    private int _blocks;
    private Guid? _underWay;
    private bool _landed;
    private volatile bool _mustReload;
    private TableSet? _written;
    private bool _closed;
    private long _provenAt = long.MinValue;

    public SharedLog(
        Blobs blobs, int number, PageCache pages, AzureStorageOptions options, TimeProvider time, ILogger logger,
        AzureStorageInstruments instruments)
    {
        _blobs = blobs;
        _options = options;
        _time = time;
        _logger = logger;
        _instruments = instruments;
        Names = new LogNames(number);
        Pages = pages;
        Histories = new HistoryReader(blobs, pages, Names);
        _hold = new SegmentHold(blobs, time);
        _loop = Task.Run(RunAsync);
    }

    public LogNames Names { get; }

    public TimeProvider Time => _time;

    public PageCache Pages { get; }

    public HistoryReader Histories { get; }

    /// <summary>Puts a write in line, and waits for its answer.</summary>
    /// <remarks>
    /// While the log is at rest the write sets off within this call: whoever is alone waits for its request and its answer, and
    /// for no thread besides.
    /// </remarks>
    public Task<T> WriteAsync<T>(LogWrite<T> write)
    {
        bool isFirst;
        lock (_gate)
        {
            if (_closed) throw new StoreUnavailable($"{_blobs.Where}: the store was closed.");
            if (_waiting.Count >= MaximumWaiting)
                throw new StoreUnavailable($"{_blobs.Where}: {MaximumWaiting} writes wait already; nothing was written.");
            _waiting.Add(write);
            isFirst = _waiting.Count == 1;
        }

        if (isFirst) _work.Set(goesOnHere: true);
        return write.Task;
    }

    /// <summary>
    /// Waits until memory is known to be that of the log's end at some moment from now on; or, where a bound is given, not longer
    /// ago than that.
    /// </summary>
    public Task ProveAsync(TimeSpan atMost = default)
    {
        var proven = Volatile.Read(ref _provenAt);
        return atMost > TimeSpan.Zero && proven != long.MinValue && _time.GetElapsedTime(proven) < atMost
            ? Task.CompletedTask
            : WriteAsync(new ProofWrite());
    }

    /// <summary>Reads an instance as it is at the log's end; all of it is in memory then, under the log's lock.</summary>
    public async Task<T> ReadAsync<T>(UInt128 hash, Func<MemInstance, T> read, bool isProven = false)
    {
        if (!isProven || _memory is null) await ProveAsync().ConfigureAwait(false);
        while (true)
        {
            var memory = _memory!;
            lock (memory.Gate)
            {
                var instance = memory.Get(hash);
                if (instance.IsComplete) return read(instance);
            }

            await LoadAsync(hash).ConfigureAwait(false);
        }
    }

    /// <summary>Reads memory, under the log's lock.</summary>
    public T Read<T>(Func<LogMemory, T> read)
    {
        var memory = _memory!;
        lock (memory.Gate) return read(memory);
    }

    /// <summary>
    /// Does what reads tables and packs. Where a blob is gone, a newer manifest is there: it is read, and the work done again.
    /// </summary>
    public async Task<T> WithTablesAsync<T>(Func<Task<T>> work)
    {
        for (var reloads = 0; ; reloads++)
        {
            try
            {
                return await work().ConfigureAwait(false);
            }
            catch (BlobGone e) when (reloads < MaximumReloads)
            {
                LogBlobGone(e.Message);
                await ReloadAsync().ConfigureAwait(false);
            }
            catch (BlobGone e)
            {
                throw new EngineFault(
                    FaultCodes.StoreCorrupt, $"{_blobs.Where}: a blob that the manifest names is missing: {e.Message}", e);
            }
        }
    }

    /// <summary>For tests: waits until a lease that is being prolonged is.</summary>
    public Task HeldAsync() => _hold.WaitAsync();

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            _work.Set();
        }

        var limit = Task.Delay(TimeSpan.FromSeconds(10), _time);
        if (await Task.WhenAny(_loop, limit).ConfigureAwait(false) == limit) await _giveUp.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        await _giveUp.CancelAsync().ConfigureAwait(false);
        await StopFlushingAsync().ConfigureAwait(false);
        await _hold.WaitAsync().ConfigureAwait(false);
        _giveUp.Dispose();
    }

    private async Task RunAsync()
    {
        while (await TakeAsync().ConfigureAwait(false))
        {
            await CycleAsync().ConfigureAwait(false);
            _current.Clear();
        }
    }

    /// <summary>Takes what waits; false once the store is closed and nothing waits.</summary>
    private async Task<bool> TakeAsync()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_front.Count > 0 || _waiting.Count > 0)
                {
                    _current.AddRange(_front);
                    _front.Clear();
                    _current.AddRange(_waiting);
                    _waiting.Clear();
                    return true;
                }

                if (_closed && _loading.Count == 0 && _held.Count == 0) return false;
            }

            await _work.WaitAsync().ConfigureAwait(false);
        }
    }

    private async Task CycleAsync()
    {
        var batch = await BegunAsync().ConfigureAwait(false);
        if (batch is null) return;
        JudgeAll(batch);
        try
        {
            if (batch.Records.Count > 0)
            {
                await CommitAsync(batch).ConfigureAwait(false);
            }
            else if (_kept.Exists(static write => !write.IsProven))
            {
                await SyncAsync().ConfigureAwait(false);
                Proven(_kept);
            }
        }
        catch (Exception e)
        {
            // What came of the block is not known; whoever asks next finds out before anything is judged.
            _kept.AddRange(batch.Writes);
            Fail(_kept, e);
        }

        _front.InsertRange(0, _kept);
        _kept.Clear();
        ConsiderFlush();
    }

    /// <summary>Sees to it that memory is there and of the newest manifest; null where that failed.</summary>
    private async Task<Batch?> BegunAsync()
    {
        try
        {
            var memory = await OpenedAsync().ConfigureAwait(false);
            if (_written is { } written)
            {
                _written = null;
                await AdoptAsync(written).ConfigureAwait(false);
            }

            if (_mustReload || memory.KnownVersion > memory.Tables.Manifest.Version)
                await AdoptAsync(null).ConfigureAwait(false);
            HoldBack(memory);
            return new Batch(memory);
        }
        catch (Exception e)
        {
            Fail(_current, e);
            return null;
        }
    }

    private void Fail(List<LogWrite> writes, Exception error)
    {
        LogFailed(error.Message, writes.Count);
        if (error is BlobGone gone)
        {
            _mustReload = true;
            error = new StoreUnavailable(LogGate.Missing(_blobs, Names, gone).Message, gone);
        }

        var shown = error is OperationCanceledException
            ? new StoreUnavailable($"{_blobs.Where}: the store was closed while the service did not answer.", error)
            : Failures.Shown(error, _blobs.Where, _time.GetUtcNow());
        foreach (var write in writes) write.Fail(shown);
        writes.Clear();
    }

    private void JudgeAll(Batch batch)
    {
        var memory = batch.Memory;
        lock (memory.Gate)
        {
            var i = 0;
            for (; i < _current.Count && batch.Bytes < MaximumBatchBytes; i++)
            {
                var write = _current[i];
                switch (write.Judge(batch))
                {
                    case Verdict.Written:
                        batch.Writes.Add(write);
                        break;
                    case Verdict.Answered:
                        write.Complete();
                        break;
                    case Verdict.Misfit when write.IsProven:
                        write.Complete();
                        break;
                    case Verdict.NotReady:
                        WaitForInstance(write);
                        break;
                    case Verdict.LookUp:
                        _ = LookUpAsync(write);
                        break;
                    default:
                        _kept.Add(write);
                        break;
                }
            }

            _kept.AddRange(_current[i..]);
        }
    }
}
