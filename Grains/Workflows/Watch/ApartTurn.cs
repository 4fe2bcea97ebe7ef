using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Runs;

namespace Orchestration.Grains.Workflows.Watch;

/// <summary>
/// A turn that is taken on a thread of its own, as the watch over code sees it. Its activation waits for it no longer than a
/// validator may take, or until the run is marked as stalled: the activation is not lost with the thread. Thread-safe.
/// </summary>
internal sealed class ApartTurn(OpenRun open, TimeSpan patience) : IWatchedCode
{
    // Continuations go to the activation's scheduler at once, so that a test environment's clock sees no gap.
    private readonly TaskCompletionSource<ApartOutcome> _done = new();
    private UpdateRun? _judging;
    private TimeSpan _judgingSince;
    private volatile bool _isGivenUp;
    private volatile bool _hasEnded;

    /// <summary>Ends with the turn, or when it is given up.</summary>
    public Task<ApartOutcome> Done => _done.Task;

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool IsGivenUp => _isGivenUp;

    /// <summary>Whether its code has come to rest.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>What the store was told of the run meanwhile; to be read once the turn has ended.</summary>
    public RunSummary? Written { get; private set; }

    /// <summary>Where the watch sees it; null before it has a thread.</summary>
    public WatchedTurn? Watched { get; set; }

    public StoreKey Key => open.Key;

    public string WorkflowType => open.WorkflowType;

    public string What => ((IWatchedCode)open).What;

    public string LastCommand => open.Run.LastCommand;

    // Once it is given up, others may write the run.
    public long MarkHandle => _isGivenUp ? 0 : ((IWatchedCode)open).MarkHandle;

    public bool IsFirstTurn => !_isGivenUp && open.Run.Judging is null && ((IWatchedCode)open).IsFirstTurn;

    public long Sequence => open.Sequence;

    /// <summary>The turn has been taken, or has failed.</summary>
    public void End(Turn? turn, Exception? failure, RunSummary? written)
    {
        Written = written;
        _hasEnded = true;
        if (failure is null) _done.TrySetResult(new ApartOutcome(turn, null));
        else _done.TrySetException(failure);
    }

    void IWatchedCode.NoteHeld(TimeSpan held)
    {
        var judging = open.Run.Judging;
        if (!ReferenceEquals(judging, _judging)) (_judging, _judgingSince) = (judging, held);
        else if (judging is not null && held - _judgingSince >= patience) GiveUp(judging);
    }

    void IWatchedCode.NoteMarked() => GiveUp(null);

    private void GiveUp(UpdateRun? culprit)
    {
        if (_done.Task.IsCompleted) return;
        _isGivenUp = true;
        _done.TrySetResult(new ApartOutcome(null, culprit));
    }
}

/// <summary>What became of a turn that was taken apart.</summary>
/// <param name="Turn">The turn; null where it was given up.</param>
/// <param name="Culprit">The update whose validator did not end; null where other code of the run did not.</param>
internal readonly record struct ApartOutcome(Turn? Turn, UpdateRun? Culprit);
