using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Machines;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

// The outbox between runs. Every message follows from the sender's history, and is repeated until that says it is answered. What
// is
// unanswered when the run ends is owed: by the ended run itself until it has all been taken, or by the run that follows on the
// instance.
public sealed partial class WorkflowRun
{
    private SortedDictionary<long, RunMessage>? _inherited;
    private RunMessage[] _owed = [];
    private int _starting;
    private int _unbound;

    /// <summary>What the ended run still has to tell others, in order; empty while it is open.</summary>
    public IReadOnlyList<RunMessage> Owed => _owed;

    private IReadOnlyCollection<RunMessage> Inherited => _inherited is { } inherited ? inherited.Values : [];

    private static SortedDictionary<long, RunMessage> NewInherited() =>
        new(Comparer<long>.Create(static (a, b) => b.CompareTo(a)));

    /// <summary>
    /// Whether the run has ended but is not done: somebody has to hear of it, or the run that continues it is to be created. It
    /// then
    /// keeps being woken.
    /// </summary>
    public bool Owes => IsClosed && (_owed.Length > 0 || HasSuccessor);

    /// <summary>Whether the code has ended and the run may, too: where messages go is settled first, which an ended run
    /// cannot.</summary>
    private bool MayEnd => _code is { IsCompleted: true } && _unbound == 0;

    private bool HasUnanswered => _starting > 0 || _externals.Count > 0 || _inherited is { Count: > 0 };

    /// <summary>The first of the chain of runs that this one continues; this one where it continues none.</summary>
    public RunId FirstRun => Started.FirstRun ?? Started.RunId;

    /// <summary>
    /// The messages of an open run that a reloaded activation must send again, in order: all that are recorded and not answered.
    /// </summary>
    public IReadOnlyList<RunMessage> UnansweredMessages()
    {
        if (!HasUnanswered) return [];
        var unsent = _effects.OfType<SendMessage>().Select(static e => e.Message.Number).ToHashSet();
        return [.. Inherited, .. Unanswered().Where(m => !unsent.Contains(m.Number))];
    }

    /// <summary>Whether an event is one of children or messages, of which a stalled run too keeps account.</summary>
    private static bool IsOfOutbox(HistoryEvent e) => e is ChildScheduled or ChildStarted or ChildStartFailed
        or ChildRetryScheduled
        or ChildCompleted or ChildEnded or ChildCancelRequested or ExternalSignalRequested or ExternalCancelRequested
        or ExternalBound or ExternalDelivered or ExternalFailed or OwedSettled;

    private IEnumerable<RunMessage> Unanswered() =>
        _children.Values.Where(static c => c.State == ChildState.Starting).Select(c => c.Start(Started))
            .Concat(_externals.Values.Select(static e => e.Message))
            .OrderBy(static m => m.Number);

    private void Inherit(RunStarted started, bool isNew)
    {
        if (started.Carry is not { Owed: { Count: > 0 } owed }) return;
        for (var i = 0; i < owed.Count; i++)
        {
            var message = owed[i] with { Number = -(i + 1) };
            (_inherited ??= NewInherited()).Add(message.Number, message);
            if (isNew) _effects.Add(new SendMessage(message));
        }
    }

    /// <summary>All that others have to hear when the run ends here: what is unanswered, then what becomes of its
    /// children.</summary>
    private List<RunMessage> MessagesAtEnd()
    {
        var messages = new List<RunMessage>(Inherited);
        foreach (var message in Unanswered())
        {
            // A message whose receiver was never asked for its run has not gone anywhere, and its run is gone now.
            if (message.Kind == RunMessageKind.Bind) continue;
            if (message.Kind == RunMessageKind.StartChild && IsNeverToStart(_children[message.Number])) continue;
            messages.Add(message);
        }

        var number = NextCommand;
        foreach (var command in _children.Commands(static c => c.IsOut))
        {
            var child = _children[command];
            if (child.Settings.OnParentClose == ParentClosePolicy.Abandon || IsNeverToStart(child)) continue;
            var kind = child.Settings.OnParentClose == ParentClosePolicy.Terminate
                ? RunMessageKind.Terminate : RunMessageKind.Cancel;
            messages.Add(MessageOf(kind, number++, child.Key, child.RunId) with
            {
                Reason = $"The run of its parent '{Started.Key}' has ended.",
            });
        }

        return messages;
    }

    /// <summary>Whether a child's start was asked for in the very step that ends the run, so that it never went out.</summary>
    private bool IsNeverToStart(ChildMachine child) => child.Step == _step && child.State == ChildState.Starting
        && child.Attempt == 1 && child.Settings.OnParentClose != ParentClosePolicy.Abandon;

    private void Owe(HistoryEvent closing, bool isNew)
    {
        if (isNew && _effects.Count > 0) _effects.RemoveAll(static e => e is SendMessage); // owed from here on, and sent as such
        if (closing is RunContinuedAsNew) return; // the run that continues owes what this one owed
        if (Started.Parent is null && _children.Count == 0 && !HasUnanswered) return;
        var owed = MessagesAtEnd();
        if (Started.Parent is { } parent) owed.Add(OutcomeFor(parent, closing));
        for (var i = 0; i < owed.Count; i++) owed[i] = owed[i] with { Number = i };
        _owed = [.. owed];
    }

    private RunMessage OutcomeFor(ParentLink parent, HistoryEvent closing) => new()
    {
        Kind = RunMessageKind.ChildOutcome,
        Source = new MessageSource(Started.Key, Started.RunId, parent.Command),
        Target = parent.Key,
        TargetRun = parent.RunId,
        ChildRun = FirstRun,
        Status = _machine.Status,
        Result = (closing as RunCompleted)?.Result,
        Failure = closing switch
        {
            RunFailed e => e.Failure,
            RunCanceled e => e.Failure,
            RunTimedOut e => e.Failure,
            RunTerminated e => new FailureInfo
            {
                Kind = FailureKind.Terminated,
                Message = e.Reason is null ? "The run was terminated." : $"The run was terminated: {e.Reason}",
            },
            _ => null,
        },
    };
}
