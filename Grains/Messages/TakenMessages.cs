using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Messages;

/// <summary>
/// Which messages a run that has ended took, by its history alone: none of its code is run for one that came too late.
/// </summary>
internal sealed class TakenMessages
{
    private readonly HashSet<RequestId> _requests = []; // of all kinds but tokens' completions
    private readonly HashSet<(long Token, RequestId By)> _completions = [];
    private readonly Dictionary<Guid, long> _floors = [];

    private TakenMessages(RunId run, DateTimeOffset closedAt) => (Run, ClosedAt, FirstRun) = (run, closedAt, run);

    /// <summary>The run.</summary>
    public RunId Run { get; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset ClosedAt { get; }

    /// <summary>The run that it continued.</summary>
    public RunId? ContinuedFrom { get; private set; }

    /// <summary>The first of the chain of runs that it continued.</summary>
    public RunId FirstRun { get; private set; }

    /// <summary>The instance's run before it.</summary>
    public RunId? Previous { get; private set; }

    /// <summary>Reads a run's history for them.</summary>
    public static TakenMessages Of(RunId run, DateTimeOffset closedAt, IEnumerable<HistoryEvent> history)
    {
        var taken = new TakenMessages(run, closedAt);
        foreach (var happened in history) taken.Note(happened);
        return taken;
    }

    /// <summary>Whether the run took a message, or one before it did that handed this on to it.</summary>
    public bool Contains(Stimulus message) => message switch
    {
        SignalRun { Request: { } by } => Contains(by),
        UpdateRun { Request: { } by } => Contains(by),
        RequestCancel { Request: { } by } => _requests.Contains(by),
        Terminate { Request: { } by } => _requests.Contains(by),
        CompleteToken { Request: { } by } completion => _completions.Contains((completion.Command, by)),
        _ => false,
    };

    private bool Contains(RequestId by) =>
        _requests.Contains(by) || by.Number <= _floors.GetValueOrDefault(by.Client);

    private void Note(HistoryEvent happened)
    {
        switch (happened)
        {
            case RunStarted e:
                (ContinuedFrom, FirstRun, Previous) = (e.ContinuedFrom, e.FirstRun ?? Run, e.Previous);
                foreach (var sender in e.Carry?.Messages?.Senders ?? [])
                {
                    if (sender.IsRun) continue;
                    _floors[sender.Sender] = sender.Floor;
                    foreach (var number in sender.Taken) _requests.Add(new RequestId(sender.Sender, number));
                }

                break;
            case SignalReceived { Request: { } by }:
                _requests.Add(by);
                break;
            case UpdateAccepted { Request: { } by }:
                _requests.Add(by);
                break;
            case RunCancelRequested { Request: { } by }:
                _requests.Add(by);
                break;
            case RunTerminated { Request: { } by }:
                _requests.Add(by);
                break;
            case TokenCompleted { Request: { } by } e:
                _completions.Add((e.Command, by));
                break;
        }
    }
}
