using Orchestration.Grains.Storage;

namespace Orchestration.Grains.Workflows.Watch;

/// <summary>Code of a run that holds a thread, as the watch over it sees it from another thread.</summary>
internal interface IWatchedCode
{
    StoreKey Key { get; }

    string WorkflowType { get; }

    /// <summary>What of the run it is, for reports: <c>a turn</c>.</summary>
    string What { get; }

    /// <summary>What the code asked for last, in words.</summary>
    string LastCommand { get; }

    /// <summary>
    /// The store's handle of a run that is to be marked as stalled where the code goes on for ever; 0 for others.
    /// </summary>
    long MarkHandle { get; }

    /// <summary>Whether it is a run's first turn, of which the store has nothing, that goes on.</summary>
    bool IsFirstTurn => false;

    /// <summary>How many events the store has.</summary>
    long Sequence { get; }

    /// <summary>Told now and then, by the watch, how long the code has held its thread.</summary>
    void NoteHeld(TimeSpan held)
    {
    }

    /// <summary>Told that the run has been marked as stalled over it.</summary>
    void NoteMarked()
    {
    }
}
