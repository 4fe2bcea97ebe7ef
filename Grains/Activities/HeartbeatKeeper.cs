using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Grains.Activities;

/// <summary>
/// Keeps the latest heartbeat details of an attempt: the first at once, later ones no more often than every
/// <see cref="_interval"/>, the last one winning, so that details are durable within the smaller of 0.8 times the heartbeat
/// timeout and 10 s with time left for the store. Thread-safe.
/// </summary>
internal sealed partial class HeartbeatKeeper
{
    private const int FlushTries = 5;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FlushPause = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly AttemptServices _services;
    private readonly AttemptId _id;
    private readonly long _handle;
    private readonly TimeSpan _interval;
    private Payload? _unsaved;
    private Task _saving = Task.CompletedTask;
    private bool _isSaving;
    private long _notBefore = long.MinValue;

    public HeartbeatKeeper(ActivityTask task, AttemptServices services)
    {
        _services = services;
        _id = task.Id;
        _handle = task.StoreHandle;
        var promised = task.Heartbeat is { } limit && limit * 0.8 < LongestDelay ? limit * 0.8 : LongestDelay;
        _interval = promised / 2;
    }

    /// <summary>When unsaved details are to be saved; <see cref="AttemptDeadlines.Never"/> while there are none.</summary>
    public long Due
    {
        get { lock (_gate) return _unsaved is null || _isSaving ? AttemptDeadlines.Never : _notBefore; }
    }

    /// <summary>Takes new details; they replace what is not saved yet.</summary>
    public void Take(Payload details)
    {
        lock (_gate)
        {
            _unsaved = details;
            if (_isSaving) return;
            if (_services.Deadlines.Now < _notBefore) _services.Deadlines.Watch(_notBefore);
            else Save();
        }
    }

    /// <summary>Saves what is due.</summary>
    public void Look(long now)
    {
        lock (_gate)
        {
            if (_unsaved is not null && !_isSaving && now >= _notBefore) Save();
        }
    }

    /// <summary>
    /// Saves what is left, before the attempt's outcome is reported. Gives up after a few tries: the report must not wait for
    /// ever.
    /// </summary>
    public async Task FlushAsync()
    {
        // One that is under way has older details, and is no try of this.
        Task underWay;
        lock (_gate) underWay = _saving;
        await underWay;
        for (var tries = 0; tries < FlushTries; tries++)
        {
            if (tries > 0) await Task.Delay(FlushPause * (1 << tries), _services.Time);
            Task saving;
            lock (_gate)
            {
                if (_unsaved is not null && !_isSaving) Save();
                saving = _saving;
            }

            await saving;
            lock (_gate)
            {
                if (_unsaved is null && !_isSaving) return;
            }
        }

        LogDetailsLost(_services.Logger, _id.Workflow, _id.Command, _id.Attempt);
    }

    // Called under the lock, so the write itself is begun elsewhere.
    private void Save()
    {
        var details = _unsaved!;
        _unsaved = null;
        _isSaving = true;
        _saving = _services.Threads.Run(() => SaveAsync(details));
    }

    private async Task SaveAsync(Payload details)
    {
        var saved = false;
        try
        {
            var key = new StoreKey(WorkflowKey.FromGrainKey(_id.Workflow), new RunId(_id.RunId));
            await _services.Store.SaveHeartbeatAsync(key, _handle, new HeartbeatRecord(_id.Command, _id.Attempt, details));
            saved = true;
        }
        catch (Exception e)
        {
            LogSaveFailed(_services.Logger, e, _id.Workflow, _id.Command, _id.Attempt);
        }

        lock (_gate)
        {
            _isSaving = false;
            if (!saved) _unsaved ??= details;
            _notBefore = _services.Deadlines.After(_interval);
            if (_unsaved is not null) _services.Deadlines.Watch(_notBefore);
        }
    }
}
