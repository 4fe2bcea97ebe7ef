using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Orchestration.Grains.Storage;
using Orchestration.Storage.PostgreSql.Connections;
using Orchestration.Storage.PostgreSql.Schema;
using Orchestration.Workflows;

namespace Orchestration.Storage.PostgreSql.Writing;

/// <summary>
/// Where writes wait for their group. A few lanes, a connection each, take all that waits as often as they are free: while
/// their commits are on the way the next group gathers, so that groups grow with the load and a lone write waits for nothing.
/// A further lane goes to work only where a group has gathered that is worth a transaction of its own, or where those at work
/// take long: many small groups cost the database, and this process, several times what a few larger ones do. For the same
/// reason a lane may wait a moment for more (<see cref="Gathering"/>). Writes of one instance follow each other, whichever lane
/// takes them; those of different ones are in no order.
/// </summary>
internal sealed class GroupWriter : IAsyncDisposable
{
    /// <summary>How many writes are worth a further lane.</summary>
    private const int WorthALane = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How long fewer than those wait for the lanes at work, which may be held up by somebody's lock.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(20);

    private readonly PostgreSqlStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Queue<WriteOperation> _ready = new();
    private readonly Dictionary<WorkflowKey, WriteOperation> _last = [];
    private readonly Stack<Lane> _idle = new();
    private readonly Lane[] _lanes;
    private readonly CancellationTokenSource _giveUp = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Gathering _gathering;
    private readonly ITimer _gathered;
    private readonly ITimer _lookout;
    private bool _isLookingOut;
    private bool _isHeldUp;
    private bool _closed;
    private int _waiting;

    public GroupWriter(
        Database database, Incarnation incarnation, PostgreSqlStoreOptions options, TimeProvider time, ILogger logger,
        PostgreSqlInstruments instruments)
    {
        _options = options;
        _time = time;
        _lanes = new Lane[Math.Max(1, options.Writers)];
        for (var i = 0; i < _lanes.Length; i++)
        {
            _lanes[i] = new Lane(this, database, incarnation, time, logger, instruments, _giveUp.Token);
            _idle.Push(_lanes[i]);
        }

        _gathering = new Gathering(time);
        using (ExecutionContext.SuppressFlow())
        {
            _gathered = time.CreateTimer(
                static self => ((GroupWriter)self!).EndGathering(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _lookout = time.CreateTimer(
                static self => ((GroupWriter)self!).LookOut(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>How many writes wait or are under way.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Queues a write. Cancellation is heeded up to here; a queued write is always answered.</summary>
    public ValueTask<T> WriteAsync<T>(WriteOperation<T> operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Lane? lane = null;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(PostgreSqlStores));
            if (_waiting == _options.MaximumWaiting)
                throw new StoreUnavailable($"{_options.MaximumWaiting} writes wait for the database already.");
            _waiting++;
            ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, operation.Target, out var isBusy);
            if (isBusy) last!.Follower = operation;
            else _ready.Enqueue(operation);
            last = operation;
            if (!isBusy) lane = NextLane();
        }

        lane?.Start();
        return operation.Task;
    }

    /// <summary>Takes the next group.</summary>
    /// <param name="lane">Who takes it.</param>
    /// <param name="isStarted">Whether it was just started, since the group is there.</param>
    /// <param name="into">Gets the group.</param>
    /// <returns>False where nothing waits, or more is waited for: the lane is idle then, and will be started.</returns>
    public bool TryTake(Lane lane, bool isStarted, List<WriteOperation> into)
    {
        lock (_gate)
        {
            if (!isStarted && _lanes.Length - _idle.Count == 1 && _ready.Count is > 0 and < WorthALane && Gathers())
            {
                _idle.Push(lane);
                return false;
            }

            // What is left for one lane too many is left to the others.
            if (_lanes.Length - _idle.Count > 1 && _ready.Count < WorthALane && !_isHeldUp)
            {
                _idle.Push(lane);
                if (_ready.Count > 0) KeepLookout();
                return false;
            }

            _isHeldUp = false;
            long bytes = 0;
            while (into.Count < _options.MaximumGroup && _ready.TryPeek(out var operation))
            {
                bytes += operation.Weight;
                if (into.Count > 0 && bytes > _options.MaximumGroupBytes) break;
                into.Add(_ready.Dequeue());
            }

            if (into.Count > 0) return true;
            _idle.Push(lane);
            return false;
        }
    }

    /// <summary>Lets those go on that waited for these writes; called before these are answered.</summary>
    /// <param name="operations">The writes.</param>
    /// <param name="took">How long their commit took; null where it failed.</param>
    public void Finished(List<WriteOperation> operations, TimeSpan? took)
    {
        Lane? lane = null;
        lock (_gate)
        {
            foreach (var operation in operations)
            {
                if (operation.Follower is { } follower) _ready.Enqueue(follower);
                else _last.Remove(operation.Target);
            }

            if (took is { } commit) _gathering.Committed(commit, operations.Count, _ready.Count);
            _waiting -= operations.Count;
            if (_closed && _waiting == 0) _drained.TrySetResult();
            lane = NextLane();
        }

        lane?.Start();
    }

    /// <summary>
    /// Carries out what is queued and lets the connections go; what the database does not take in a while fails.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            if (_waiting == 0) _drained.TrySetResult();
        }

        using (var limit = new CancellationTokenSource(Patience, _time))
        using (limit.Token.Register(_giveUp.Cancel)) await _drained.Task.ConfigureAwait(false);
        await _gathered.DisposeAsync().ConfigureAwait(false);
        await _lookout.DisposeAsync().ConfigureAwait(false);
        foreach (var lane in _lanes) await lane.DisposeAsync().ConfigureAwait(false);
        _giveUp.Dispose();
    }

    /// <summary>The lane that is to go to work on what waits, if one is; called under the gate.</summary>
    private Lane? NextLane()
    {
        if (_ready.Count == 0 || _idle.Count == 0) return null;
        if (_ready.Count >= WorthALane || _idle.Count == _lanes.Length)
        {
            if (_ready.Count < WorthALane && Gathers()) return null;
            if (_gathering.IsOpen) _gathering.Close(_ready.Count);
            return _idle.Pop();
        }

        KeepLookout();
        return null;
    }

    /// <summary>Whether more is waited for while no lane is at work; called under the gate.</summary>
    private bool Gathers()
    {
        if (_gathering.IsOpen) return !_gathering.IsFull(_ready.Count);
        if (_gathering.TryOpen(_ready.Count) is not { } wait) return false;
        _gathered.Change(wait, Timeout.InfiniteTimeSpan);
        return true;
    }

    private void EndGathering()
    {
        Lane? lane = null;
        lock (_gate)
        {
            if (!_gathering.IsOpen) return;
            _gathering.Close(_ready.Count);
            lane = _idle.Pop();
        }

        lane.Start();
    }

    private void KeepLookout()
    {
        if (_isLookingOut) return;
        _isLookingOut = true;
        _lookout.Change(LongestWait, Timeout.InfiniteTimeSpan);
    }

    private void LookOut()
    {
        Lane? lane = null;
        lock (_gate)
        {
            _isLookingOut = false;
            if (_ready.Count > 0 && !_gathering.IsOpen && _idle.TryPop(out lane)) _isHeldUp = true;
        }

        lane?.Start();
    }
}
