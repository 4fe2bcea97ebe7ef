using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Messages;

/// <summary>
/// Which messages a run that has ended took, by its history alone: none of its code is run for one that came too late.
/// </summary>
internal sealed class TakenMessages
{
    private readonly HashSet<RequestId> _signals = [];
    private readonly HashSet<(long Token, RequestId By)> _completions = [];
    private readonly Dictionary<Guid, long> _floors = [];

    private TakenMessages(RunId run) => Run = run;

    /// <summary>The run.</summary>
    public RunId Run { get; }

    /// <summary>Reads a run's history for them.</summary>
    public static TakenMessages Of(RunId run, IEnumerable<HistoryEvent> history)
    {
        var taken = new TakenMessages(run);
        foreach (var happened in history) taken.Note(happened);
        return taken;
    }

    /// <summary>Whether the run took a signal or a token's completion, or one before it did that handed this on to it.</summary>
    public bool Contains(Stimulus message) => message switch
    {
        SignalRun { Request: { } by } => _signals.Contains(by) || by.Number <= _floors.GetValueOrDefault(by.Client),
        CompleteToken { Request: { } by } completion => _completions.Contains((completion.Command, by)),
        _ => false,
    };

    private void Note(HistoryEvent happened)
    {
        switch (happened)
        {
            case RunStarted { Carry.Messages.Senders: { } senders }:
                foreach (var sender in senders)
                {
                    if (sender.IsRun) continue;
                    _floors[sender.Sender] = sender.Floor;
                    foreach (var number in sender.Taken) _signals.Add(new RequestId(sender.Sender, number));
                }

                break;
            case SignalReceived { Request: { } by }:
                _signals.Add(by);
                break;
            case TokenCompleted { Request: { } by } e:
                _completions.Add((e.Command, by));
                break;
        }
    }
}
