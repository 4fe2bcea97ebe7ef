namespace Orchestration.Grains.Kernel.History;

/// <summary>What a run hands to the run that follows it on the instance.</summary>
public sealed record RunCarry
{
    /// <summary>Signals, and what is known of requests.</summary>
    public MessageCarry? Messages { get; init; }

    /// <summary>Messages to other runs that nobody has acknowledged yet, in order.</summary>
    public IReadOnlyList<RunMessage> Owed { get; init; } = [];
}
