using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Stimuli;

namespace Orchestration.Grains.Workflows.Turns;

/// <summary>What became of a stimulus once the turn that took it was durable.</summary>
internal enum InboxOutcome
{
    /// <summary>What it changed is durable (which may be nothing).</summary>
    Committed,

    /// <summary>The run is stalled and took nothing: the sender keeps what it has, and sends it again.</summary>
    Stalled,

    /// <summary>
    /// The activation stepped down before that: the caller repeats its call, at the instance's next activation.
    /// </summary>
    NotOwner,

    /// <summary>The run had ended before it, and took nothing.</summary>
    Closed,

    /// <summary>The run did not take the message, for good: <see cref="InboxEntry.Rejection"/> says why.</summary>
    Rejected,
}

/// <summary>A stimulus that waits for a turn, and its caller.</summary>
internal sealed class InboxEntry(Stimulus stimulus, bool awaited)
{
    // Continuations run inline: they are grain calls of this same activation, whose scheduler the turn loop runs on.
    private readonly TaskCompletionSource<InboxOutcome>? _done = awaited ? new() : null;

    public Stimulus Stimulus { get; } = stimulus;

    /// <summary>Whether somebody waits for its answer.</summary>
    public bool IsAwaited => _done is not null;

    /// <summary>Ends with the turn's commit; only of awaited entries.</summary>
    public Task<InboxOutcome> Done => _done!.Task;

    /// <summary>What became of it, once it is answered. Entries are answered in the order of the inbox.</summary>
    public InboxOutcome Outcome { get; private set; }

    /// <summary>Why the run did not take it.</summary>
    public RejectedStimulus? Rejection { get; private set; }

    /// <summary>Of an update: where it stood when the turn that answered it was durable, and no further.</summary>
    public UpdateState? Update { get; private set; }

    /// <summary>Whether it was given to a run that is being started, and not only to be so.</summary>
    public bool IsTaken { get; private set; }

    public InboxEntry Take()
    {
        IsTaken = true;
        return this;
    }

    public void Complete(InboxOutcome outcome)
    {
        Outcome = outcome;
        _done?.TrySetResult(outcome);
    }

    public void Complete(UpdateState? update)
    {
        Update = update;
        Complete(InboxOutcome.Committed);
    }

    public void Reject(RejectedStimulus rejection)
    {
        Rejection = rejection;
        Complete(InboxOutcome.Rejected);
    }
}
