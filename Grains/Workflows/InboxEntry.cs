using Orchestration.Grains.Kernel.Stimuli;

namespace Orchestration.Grains.Workflows;

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
}

/// <summary>A stimulus that waits for a turn, and its caller.</summary>
internal sealed class InboxEntry(Stimulus stimulus, bool awaited)
{
    // Continuations run inline: they are grain calls of this same activation, whose scheduler the turn loop runs on.
    private readonly TaskCompletionSource<InboxOutcome>? _done = awaited ? new() : null;

    public Stimulus Stimulus { get; } = stimulus;

    /// <summary>Ends with the turn's commit; only of awaited entries.</summary>
    public Task<InboxOutcome> Done => _done!.Task;

    public void Complete(InboxOutcome outcome) => _done?.TrySetResult(outcome);
}
