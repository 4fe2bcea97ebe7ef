using Orchestration.Grains.Activities;
using Orchestration.Grains.Interfaces;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Watch;

namespace Orchestration.Grains.Workflows.Runs;

/// <summary>An open run in memory: the kernel's state, and how much of it the store has.</summary>
internal sealed class OpenRun(WorkflowRun run, StoreKey key, string workflowType, DateTimeOffset startedAt) : IWatchedCode
{
    private readonly Guid _activation = Chance.NewGuid();
    private long _turns;
    private AttemptTrace? _trace;

    /// <summary>The kernel's state. Ahead of the store while an append is in flight.</summary>
    public WorkflowRun Run { get; } = run;

    public StoreKey Key { get; } = key;

    public string WorkflowType { get; } = workflowType;

    /// <summary>When it started; of a run whose first turn is being taken, about when.</summary>
    public DateTimeOffset StartedAt { get; set; } = startedAt;

    /// <summary>The client request that started it.</summary>
    public RequestId? StartedBy { get; init; }

    /// <summary>The W3C trace parent under which its spans hang.</summary>
    public string? TraceParent { get; init; }

    /// <summary>What its attempts' spans need of that; null where nobody listens to them.</summary>
    public AttemptTrace? Trace => ActivityInstruments.Source.HasListeners()
        ? _trace ??= AttemptTrace.Of(TraceParent) : null;

    /// <summary>The store's handle; 0 before the first append.</summary>
    public long Handle { get; set; }

    /// <summary>How many events the store has.</summary>
    public long Sequence { get; set; }

    /// <summary>How many bytes of events the store has.</summary>
    public long Bytes { get; set; }

    /// <summary>The summary that the store has; null before the first append.</summary>
    public RunSummary? Summary { get; set; }

    /// <summary>
    /// Whether this activation has written the summary itself. Until then it is what was read before the history was, and another
    /// activation may have written between the two: the first append writes it, whatever it is.
    /// </summary>
    public bool HasWrittenSummary { get; private set; }

    /// <summary>The store has this summary, by this activation's hand.</summary>
    public void NoteWritten(RunSummary summary) => (Summary, HasWrittenSummary) = (summary, true);

    /// <summary>How often a silo died in the midst of the run's code since it last made progress.</summary>
    public int Wakes { get; private set; }

    /// <summary>
    /// Whether the run was found as a crash left it and has made no progress since: before its code runs, that is counted in
    /// the store, and taken back once the code has come to rest.
    /// </summary>
    public bool IsSuspect { get; private set; }

    /// <summary>Whether the store counts the code as running.</summary>
    public bool IsCounted { get; private set; }

    /// <summary>The run comes from the store as a crash left it, and was counted before its code ran.</summary>
    /// <param name="wakes">The count before that.</param>
    public void Suspect(int wakes) => (IsSuspect, Wakes, IsCounted) = (true, wakes, true);

    /// <summary>The store counts the code as running.</summary>
    public void NoteCounted() => IsCounted = true;

    /// <summary>
    /// The count to be written once the code has come to rest; null where the store has it. Progress has it begin anew, whoever
    /// counted: another activation may have, that stepped down since.
    /// </summary>
    public int? WakesAfter(bool madeProgress) => madeProgress ? 0 : IsCounted ? Wakes : null;

    /// <summary>The store knows that the code has come to rest.</summary>
    public void NoteRest(bool madeProgress)
    {
        IsCounted = false;
        if (!madeProgress) return;
        IsSuspect = false;
        Wakes = 0;
    }

    string IWatchedCode.What => (Run.Reader ?? Run.Handling) is { } part ? $"the {part}"
        : Handle == 0 ? "the first turn" : "a turn";

    string IWatchedCode.LastCommand => Run.LastCommand;

    bool IWatchedCode.IsFirstTurn => Handle == 0 && Run.Reader is null;

    long IWatchedCode.MarkHandle => Run.Reader is null ? Handle : 0;

    public TurnId NextTurn() => new(_activation, ++_turns);
}
