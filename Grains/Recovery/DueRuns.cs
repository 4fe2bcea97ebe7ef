using Orchestration.Grains.Interfaces.Recovery;
using Orchestration.Grains.Storage;

namespace Orchestration.Grains.Recovery;

/// <summary>
/// The runs of one shard that fall due soon, and no others: what lies further ahead stays in the store, and of a backlog only a
/// page at a time is here. Belongs to one shard and its scheduler: not thread-safe.
/// </summary>
/// <remarks>
/// A load is either a fresh look (everything due up to a window ahead, which replaces what was here) or, where a look gave a full
/// page, the next page of it. Every run that is due up to <see cref="_loadedUntil"/> is here or has been taken; runs parked after
/// the load are noted by their activations, and a look every half window finds whatever was missed, even taken ones whose wake
/// was lost.
/// </remarks>
internal sealed class DueRuns(int shard, IHistoryStore store, TimeProvider time, TimeSpan window, DateTimeOffset siloStartedAt,
    int pageSize = 1_000)
{
    private readonly PriorityQueue<Wake, long> _runs = new();
    private readonly List<DueNote> _notedMeanwhile = [];
    private DueRun? _cursor;
    private DateTimeOffset _lookUntil;
    private DateTimeOffset _loadedUntil = DateTimeOffset.MinValue;
    private DateTimeOffset _nextLook = DateTimeOffset.MinValue;
    private DateTimeOffset _lookedAt;
    private bool _loading;
    private bool _lookAgain;

    /// <summary>How many are here.</summary>
    public int Count => _runs.Count;

    /// <summary>When the next one is due; null while none is here.</summary>
    public DateTimeOffset? NextDue => _runs.TryPeek(out _, out var due) ? new DateTimeOffset(due, TimeSpan.Zero) : null;

    /// <summary>When to load next; in the past: now. Null while a load is under way.</summary>
    public DateTimeOffset? NextLoad =>
        _loading ? null
        : _cursor is null ? _nextLook
        : _runs.Count <= pageSize / 4 ? DateTimeOffset.MinValue
        : DateTimeOffset.MaxValue;

    /// <summary>Has the next load be a fresh look, at once.</summary>
    public void LookAgain()
    {
        if (_loading) _lookAgain = true;
        else (_cursor, _nextLook) = (null, DateTimeOffset.MinValue);
    }

    /// <summary>Takes the first one that is due.</summary>
    public bool TryTake(DateTimeOffset now, out Wake wake)
    {
        if (_runs.TryPeek(out wake, out var due) && due <= now.UtcTicks)
        {
            _runs.Dequeue();
            return true;
        }

        wake = default;
        return false;
    }

    /// <summary>Puts one back for later.</summary>
    public void PutBack(Wake wake, DateTimeOffset at) => _runs.Enqueue(wake, at.UtcTicks);

    /// <summary>
    /// Takes note of a run that is parked now. One due beyond what is loaded is passed over: the store has it, and a later load
    /// reads it. One that the store would not tell of is kept until it is taken, whatever is loaded meanwhile.
    /// </summary>
    public void Note(DueNote note)
    {
        if (note.IsOnlyHere)
        {
            Add(note.Workflow, note.WakeAt, WakeReason.Asked);
            return;
        }

        if (_loading) _notedMeanwhile.Add(note);
        if (note.WakeAt <= _loadedUntil) Add(note.Workflow, note.WakeAt);
    }

    /// <summary>Loads what is to be loaded next. One load at a time.</summary>
    /// <exception cref="StoreUnavailable">The store did not answer; nothing has changed but the time of the next
    /// load.</exception>
    public async Task LoadAsync(Func<string, bool> isUnderWay)
    {
        _loading = true;
        try
        {
            var now = time.GetUtcNow();
            var isFresh = _cursor is null;
            if (isFresh) _lookUntil = now + window;
            var after = _cursor;
            // Should the store fail, a fresh look follows a second later.
            _nextLook = now + TimeSpan.FromSeconds(1);
            _cursor = null;
            var page = await store.DueRunsAsync(new DueQuery(shard, RunState.Parked, _lookUntil, pageSize, after));
            if (isFresh)
            {
                DropDue();
                _lookedAt = now;
            }

            _nextLook = _lookedAt + (window / 2);

            foreach (var run in page)
            {
                var key = run.Key.ToGrainKey();
                if (run.WakeAt is { } at && !isUnderWay(key)) Add(key, at);
            }

            _cursor = page.Count >= pageSize ? page[^1] : null;
            var before = isFresh ? DateTimeOffset.MinValue : _loadedUntil;
            _loadedUntil = _cursor?.WakeAt ?? _lookUntil;

            // The page may have been read before a run was parked that is noted now. What was noted below the end of the pages
            // before is here already, unless a fresh look has replaced it.
            foreach (var note in _notedMeanwhile)
                if (note.WakeAt <= _loadedUntil && (isFresh || note.WakeAt > before)) Add(note.Workflow, note.WakeAt);
        }
        finally
        {
            _notedMeanwhile.Clear();
            _loading = false;
            if (_lookAgain) LookAgain();
            _lookAgain = false;
        }
    }

    // What is due the store tells anew; what else is here (wakes asked for, or to be repeated) it may not know.
    private void DropDue()
    {
        var others = _runs.UnorderedItems.Where(static item => item.Element.Reason != WakeReason.Due).ToArray();
        _runs.Clear();
        _runs.EnqueueRange(others);
    }

    private void Add(string workflow, DateTimeOffset at, WakeReason reason = WakeReason.Due) =>
        _runs.Enqueue(new Wake(workflow, at.UtcTicks, reason, AfterCrash: at < siloStartedAt), at.UtcTicks);
}
