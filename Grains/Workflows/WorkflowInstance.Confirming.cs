using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Runs;

namespace Orchestration.Grains.Workflows;

// Two activations of an instance may exist for a moment, and what one of them wrote the other does not see. Who writes finds
// out by
// the conflict. Who only answers would tell for ever what was true once: so what is in memory is held against the store where it
// has not been confirmed, by a commit or a reading, for longer than a lost silo goes unnoticed. And what would be acknowledged
// because nothing is known of it (an outcome of an attempt that nobody made, a message to a run that is over) is so each time:
// its sender would forget it, and the other activation wait for it for ever.
internal sealed partial class WorkflowInstance
{
    private static readonly TimeSpan Confirmed = TimeSpan.FromSeconds(5);

    private Task? _confirming;
    private long _confirmedAt;
    private long _appends; // how many this activation has begun
    private long _appended; // the number of the last of them that was taken

    private void NoteConfirmed() => _confirmedAt = _services.Clock.GetTimestamp();

    private Task ConfirmAsync()
    {
        if (IsTurning || _services.Clock.GetElapsedTime(_confirmedAt) <= Confirmed) return Task.CompletedTask;
        if (_confirming is { } confirming) return confirming;
        confirming = ReadAgainAsync();
        if (!confirming.IsCompleted) _confirming = confirming; // one that ends at once is not to stand in the way of the next
        return confirming;
    }

    private async Task ReadAgainAsync()
    {
        try
        {
            if (_open is { } open)
            {
                var length = await _services.Reader.MeasureTailAsync(open.Key, open.Handle);
                if (_open != open || IsTurning) return;
                if (length > open.Sequence) StepDown();
                else NoteConfirmed();
            }
            else if ((_closed?.Record ?? _parked) is { } before)
            {
                var record = await _services.Reader.FindAsync(_key);
                if (_open is null && !_isStarting && !_tenure.IsLeaving && _loading is null
                    && (_closed?.Record ?? _parked) == before)
                    await AdoptAgainAsync(before, record);
            }
        }
        finally
        {
            _confirming = null;
        }
    }

    /// <summary>Whether the store has nothing of a run that this activation does not know of.</summary>
    private async Task<bool> IsUpToDateAsync(OpenRun open) =>
        await _services.Reader.MeasureTailAsync(open.Key, open.Handle) <= open.Sequence;

    /// <summary>
    /// Whether the run that is the latest one here is so in the store. Where it is not, this activation forgets what it knows,
    /// and whoever asks is to come again.
    /// </summary>
    public async Task<bool> KnowsLatestAsync()
    {
        var known = LatestRun;
        var latest = await _services.Reader.FindAsync(_key);
        if (_tenure.IsLeaving || LatestRun != known) return false;
        if (latest?.Key.RunId == known) return true;
        if (_open is not null) StepDown();
        else Forget();
        return false;
    }

    private Task AdoptAgainAsync(RunRecord before, RunRecord? record)
    {
        if (record is not null && record.Key == before.Key && record.Summary == before.Summary)
        {
            NoteConfirmed();
            return Task.CompletedTask;
        }

        _closed = null;
        return AdoptRecordAsync(record);
    }

    /// <summary>
    /// What a caller is told where no run is known: that there is none, or, where the activation is between two states, to come
    /// again.
    /// </summary>
    public Fault Unknown(Guid? wanted) => IsMissing
        ? WorkflowFaults.NotFound(_key, wanted)
        : WorkflowFaults.Moving;

    // Said only by the store: what was known may have been dropped meanwhile by a load that found it changed.
    public bool IsMissing => _isAbsent && !_tenure.IsLeaving;
}
