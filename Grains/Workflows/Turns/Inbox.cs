using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Stimuli;

namespace Orchestration.Grains.Workflows.Turns;

/// <summary>
/// The stimuli that wait for a turn, in the order in which they came, and those that the turn under way has taken, with their
/// callers (invariants 1 and 2). A caller is answered when what its stimulus changed is durable, and never twice; what a turn
/// that is not to be has taken goes back to the head. Belongs to the activation's scheduler.
/// </summary>
internal sealed class Inbox
{
    private const int MaximumStimuliPerTurn = 1000;
    private const long MaximumBytesPerTurn = 1 << 20;

    private readonly Queue<InboxEntry> _waiting = new();
    private readonly List<InboxEntry> _taken = [];
    private readonly List<Stimulus> _stimuli = [];
    private bool _hasTime;

    /// <summary>How many wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>What the turn under way has taken.</summary>
    public IReadOnlyList<Stimulus> Taken => _stimuli;

    /// <summary>Adds an entry behind all others.</summary>
    public void Add(InboxEntry entry) => _waiting.Enqueue(entry);

    /// <summary>Notes that the time is about to be added.</summary>
    /// <returns>False where it waits already.</returns>
    public bool TryNoteTime() => !_hasTime && (_hasTime = true);

    /// <summary>A turn takes what waits, as much as goes into one.</summary>
    public void Take()
    {
        _taken.Clear();
        _stimuli.Clear();
        var bytes = 0L;
        while (_taken.Count < MaximumStimuliPerTurn && bytes < MaximumBytesPerTurn && _waiting.TryDequeue(out var entry))
        {
            bytes += StimulusSizes.Of(entry.Stimulus);
            _taken.Add(entry);
            _stimuli.Add(entry.Stimulus);
            if (entry.Stimulus is AdvanceTime) _hasTime = false;
        }
    }

    /// <summary>A run's first turn had a message, or none; where the run has ended already, the next one may take it.</summary>
    public void TakeFirst(InboxEntry? message)
    {
        _taken.Clear();
        if (message is not null) _taken.Add(message.Take());
    }

    /// <summary>Whether a validator may run in the turn that is being taken.</summary>
    public bool MayJudge(WorkflowRun run)
    {
        for (var i = 0; i < _stimuli.Count; i++)
            if (_stimuli[i] is UpdateRun update && run.MayJudge(update.Name)) return true;
        return false;
    }

    /// <summary>Whether a turn that appends nothing answers somebody.</summary>
    public bool IsAnsweredBy(Turn turn) => turn.Refused.Count < _taken.Count && _taken.Exists(static e => e.IsAwaited);

    /// <summary>
    /// Answers the callers of a turn, once it is durable. What was refused or rejected stands in the order of the stimuli.
    /// </summary>
    public void Answer(WorkflowRun run, Turn turn)
    {
        var (refused, rejected) = (0, 0);
        var late = turn.Late.Count == 0 ? null : turn.Late.ToHashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (var entry in _taken)
        {
            if (refused < turn.Refused.Count && ReferenceEquals(turn.Refused[refused], entry.Stimulus))
            {
                refused++;
                entry.Complete(run.IsTainted ? InboxOutcome.NotOwner : InboxOutcome.Stalled);
            }
            else if (rejected < turn.Rejected.Count && ReferenceEquals(turn.Rejected[rejected].Stimulus, entry.Stimulus))
            {
                var rejection = turn.Rejected[rejected++];
                if (rejection.Kind == RejectionKind.Closed) entry.Complete(InboxOutcome.Closed);
                else entry.Reject(rejection);
            }
            else if (late?.Contains(entry.Stimulus) == true)
            {
                entry.Complete(InboxOutcome.Closed);
            }
            else if (entry.Stimulus is UpdateRun update)
            {
                entry.Complete(run.FindUpdate(update.UpdateId));
            }
            else
            {
                entry.Complete(InboxOutcome.Committed);
            }
        }

        _taken.Clear();
        _stimuli.Clear(); // what has been taken need not be kept while the run waits
    }

    /// <summary>Rejects some of the updates that the turn has taken, which is to go on without them.</summary>
    /// <returns>Whether anything is left of what it has taken.</returns>
    public bool Reject(Func<UpdateRun, RejectedStimulus?> rejection)
    {
        for (var i = _taken.Count - 1; i >= 0; i--)
        {
            if (_stimuli[i] is not UpdateRun update || rejection(update) is not { } rejected) continue;
            _taken[i].Reject(rejected);
            _taken.RemoveAt(i);
            _stimuli.RemoveAt(i);
        }

        return _taken.Count > 0;
    }

    /// <summary>What was taken goes back to the head, as it was.</summary>
    public void GiveBack()
    {
        InboxEntry[] waiting = [.. _waiting];
        _waiting.Clear();
        foreach (var entry in _taken) _waiting.Enqueue(entry);
        foreach (var entry in waiting) _waiting.Enqueue(entry);
        _taken.Clear();
        _stimuli.Clear();
    }

    /// <summary>
    /// A run has ended and promised the next. Entries that are for the instance wait for that, before all that came later, where
    /// it goes on with the ended one's work. A run that takes another's place takes nothing that reached that one; who sent it
    /// looks again.
    /// </summary>
    /// <param name="turn">The ended run's last turn, whose callers are not answered yet.</param>
    /// <param name="goesOn">Whether the next run goes on with the ended one's work.</param>
    public void HandOn(Turn turn, bool goesOn)
    {
        var late = turn.Late.ToHashSet(ReferenceEqualityComparer.Instance);
        var handedOn = !goesOn ? [] : _taken.Where(e => e.Stimulus.IsForInstance && late.Contains(e.Stimulus))
            .Concat(_waiting.Where(static e => e.Stimulus.IsForInstance)).ToArray();
        foreach (var entry in _waiting)
            if (!goesOn || !entry.Stimulus.IsForInstance) entry.Complete(OfEndedRun(entry.Stimulus));
        _waiting.Clear();
        _taken.RemoveAll(e => handedOn.Contains(e));
        foreach (var entry in handedOn) _waiting.Enqueue(entry);
        _hasTime = false;
    }

    /// <summary>The activation steps down: all callers are to come again.</summary>
    public void Disown()
    {
        foreach (var entry in _taken) entry.Complete(InboxOutcome.NotOwner);
        while (_waiting.TryDequeue(out var entry)) entry.Complete(InboxOutcome.NotOwner);
    }

    // Nobody wants an activity's or a child's outcome any more. A message's sender is not told that it was taken: nobody has it.
    private static InboxOutcome OfEndedRun(Stimulus stimulus) =>
        stimulus.IsForInstance || stimulus is SignalRun or UpdateRun or CompleteToken
            ? InboxOutcome.Closed : InboxOutcome.Committed;
}
