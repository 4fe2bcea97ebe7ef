using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Storage;

namespace Orchestration.Grains.Workflows;

// Two activations of an instance may exist for a moment, and what one of them wrote the other does not see. Who writes finds
// out by
// the conflict. Who only answers would tell for ever what was true once: so what is in memory is held against the store where it
// has not been confirmed, by a commit or a reading, for longer than a lost silo goes unnoticed.
internal sealed partial class WorkflowInstance
{
    private static readonly TimeSpan Confirmed = TimeSpan.FromSeconds(5);

    private Task? _confirming;
    private long _confirmedAt;

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
                if (_open is null && !_isStarting && !_leaving && _loading is null && (_closed?.Record ?? _parked) == before)
                    await AdoptAgainAsync(before, record);
            }
        }
        finally
        {
            _confirming = null;
        }
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
    private Fault Unknown(Guid? wanted) => _known || _leaving
        ? WorkflowFaults.NotOwner("The workflow is moving to another activation; repeat the request.")
        : WorkflowFaults.NotFound(_key, wanted);
}
