using Microsoft.Extensions.Logging;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Files;
using Orchestration.Storage.Sqlite.Native;
using Orchestration.Workflows;

namespace Orchestration.Storage.Sqlite.Writing;

/// <summary>
/// The one thread that writes. It takes all that waits, carries it out in one transaction, commits, and answers: while a commit
/// is on its way to the disk the next group gathers, so that groups grow with the load and a lone write waits for nothing.
/// </summary>
internal sealed partial class Writer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenRenewals = TimeSpan.FromMinutes(1);

    private readonly string _path;
    private readonly SqliteStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SqliteInstruments _instruments;
    private readonly WriterMark? _mark;
    private readonly WriteQueue _queue = new();
    private readonly CancellationTokenSource _giveUp = new();
    private readonly Thread _thread;
    private readonly List<WriteOperation> _taken = [];
    private readonly List<WriteOperation> _group = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Errand _tellLog;
    private WriteSession _session;
    private bool _stopping;
    private int _waiting;
    private long _renewedAt;

    public Writer(
        string path, SqliteStoreOptions options, TimeProvider time, ILogger logger, SqliteInstruments instruments)
    {
        _path = path;
        _options = options;
        _time = time;
        _logger = logger;
        _instruments = instruments;
        _mark = options.Shared ? WriterMark.Open(path) : null;
        _session = new WriteSession(path, options, _mark);
        Log = new LogKeeper(path, options, this);
        _tellLog = new Errand(Log.Wrote, isStop: false);
        _renewedAt = time.GetTimestamp();
        _thread = new Thread(Run) { IsBackground = true, Name = "orchestration store writer" };
    }

    /// <summary>How many writes wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>The last work of the connection, before it is closed.</summary>
    public Action<WriteSession>? AtEnd { get; init; }

    /// <summary>What tells the file from a copy of it; renewed now and then along with a group of writes.</summary>
    public Incarnation? Incarnation { get; init; }

    /// <summary>The keeper of the write-ahead log's size.</summary>
    public LogKeeper Log { get; }

    public void Start()
    {
        Log.Start();
        _thread.Start();
    }

    /// <summary>Queues a write. Cancellation is heeded up to here; a queued write is always answered.</summary>
    public ValueTask<T> WriteAsync<T>(WriteOperation<T> operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Increment(ref _waiting) > _options.MaximumWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new StoreUnavailable($"{_options.MaximumWaiting} writes wait for the disk already.");
        }

        if (_queue.TryAdd(operation)) return operation.Task;
        Interlocked.Decrement(ref _waiting);
        throw new ObjectDisposedException(nameof(SqliteStores));
    }

    /// <summary>Queues work of the store's own, which is carried out outside of a transaction.</summary>
    public void Post(Action<WriteSession> work) => _queue.TryAdd(new Errand(work, isStop: false));

    /// <summary>
    /// Carries out what is queued, then <see cref="AtEnd"/>, and ends. Where the disk does not write, what waits fails after a
    /// while.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (!_queue.TryAdd(new Errand(static _ => { }, isStop: true))) return;
        using var limit = new CancellationTokenSource(Patience, _time);
        using var registration = limit.Token.Register(_giveUp.Cancel);
        await _ended.Task.ConfigureAwait(false);
        _queue.Dispose();
        _giveUp.Dispose();
    }

    private void Run()
    {
        while (!_stopping)
        {
            _queue.TakeAll(_taken);
            Drain();
        }

        _queue.Close(_taken);
        Drain();
        Log.Dispose();
        try
        {
            if (!_sessionLost) AtEnd?.Invoke(_session);
        }
        catch (SqliteFailure e)
        {
            LogCheckpointFailed(e.Message);
        }

        _session.Dispose();
        _mark?.Dispose();
        _ended.SetResult();
    }

    private void Drain()
    {
        var next = 0;
        while (next < _taken.Count)
        {
            if (_taken[next] is Errand errand)
            {
                next++;
                _stopping |= errand.IsStop;
                RunErrand(errand);
                continue;
            }

            long bytes = 0;
            for (; next < _taken.Count && _taken[next] is not Errand && _group.Count < _options.MaximumGroup; next++)
            {
                bytes += _taken[next].Weight;
                if (_group.Count > 0 && bytes > _options.MaximumGroupBytes) break;
                _group.Add(_taken[next]);
            }

            CommitGroup();
        }

        _taken.Clear();
    }

    private void RunErrand(Errand errand)
    {
        if (_sessionLost) return;
        try
        {
            errand.Work(_session);
        }
        catch (SqliteFailure e)
        {
            LogCheckpointFailed(e.Message);
        }
    }

    private void CommitGroup()
    {
        var size = _group.Count;
        var started = _time.GetTimestamp();
        for (var attempt = 1; _group.Count > 0 && !TryCommit(attempt); attempt++)
        {
        }

        Interlocked.Add(ref _waiting, -size);
        if (_group.Count == 0) return;
        _instruments.Committed(_time.GetElapsedTime(started), _group.Count);
        Completion.Dispatch(_group);
        _group.Clear();
        RunErrand(_tellLog);
    }

    private bool TryCommit(int attempt)
    {
        var current = -1;
        try
        {
            if (_sessionLost) Reopen();
            _session.Begin();
            for (current = 0; current < _group.Count; current++) _group[current].Execute(_session);
            current = -1;
            var renewed = TryRenew();
            _session.Commit();
            if (renewed) Settle();
            if (_stalledAt is { } since)
            {
                _stalledAt = null;
                LogResumed(_time.GetElapsedTime(since).TotalSeconds);
            }

            return true;
        }
        catch (SqliteFailure e)
        {
            Recover(e, current, attempt);
        }
        catch (Exception e) when (current >= 0)
        {
            FailOne(current, e);
        }

        return false;
    }

    private void FailOne(int index, Exception error)
    {
        LogRequestFailed(error);
        var operation = _group[index];
        _group.RemoveAt(index);
        Undo();
        operation.Fail(error as EngineFault
            ?? new EngineFault(FaultCodes.StoreUnavailable, "The write cannot be carried out.", error));
    }

    private void FailAll(Exception error)
    {
        foreach (var operation in _group) operation.Fail(error);
        _group.Clear();
    }

    /// <summary>A carrier of work that is no write.</summary>
    private sealed class Errand(Action<WriteSession> work, bool isStop) : WriteOperation
    {
        public Action<WriteSession> Work { get; } = work;

        public bool IsStop { get; } = isStop;

        public override void Execute(WriteSession session) => Work(session);

        public override void Complete()
        {
        }

        public override void Fail(Exception error)
        {
        }
    }
}
