using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Requests;

/// <summary>What a start needs of the instance beyond what every request does: to be the only one, and a first turn.</summary>
internal interface IStartedInstance : IInstance
{
    /// <summary>The start that is under way; null where none is.</summary>
    Task? Starting { get; }

    /// <summary>What creates the run that the one before has promised; null where none is promised.</summary>
    Task? Continuing { get; }

    /// <summary>A start is under way; others wait for its end.</summary>
    void BeginStarting();

    /// <summary>Lets the next start go on; it sees what became of this one.</summary>
    void EndStarting();

    /// <summary>Somebody wants the instance, so that it is worth keeping for a while.</summary>
    void NoteWanted();

    /// <summary>
    /// Whether a workflow type can be started here. Where it cannot, but elsewhere, the instance moves there, and the caller is
    /// told to come again.
    /// </summary>
    /// <returns>Null where it can.</returns>
    ValueTask<Fault?> HostedFaultAsync(string type, int? version);

    /// <summary>What the run that is to follow takes over of what an ended one still owes.</summary>
    RunCarry? TakeOver();

    /// <summary>Takes a run's first turn, and makes it durable with its header: from then on it is the latest run.</summary>
    /// <returns>Whether it was appended; why it was not tried; the run that the store has in its place.</returns>
    ValueTask<(AppendOutcome Outcome, Fault? Fault, RunRecord? Existing)> CreateAsync(
        StartRun start, RunId? previous, InboxEntry? message = null);

    /// <summary>The store has another run than was known of.</summary>
    Task AdoptRecordAsync(RunRecord existing);

    /// <summary>Rebuilds the run that holds the id, where none of the instance is in memory.</summary>
    /// <returns>Why it cannot be loaded.</returns>
    Task<Fault?> EnsureAnyOpenAsync();

    /// <summary>Waits for a run's end, or tells where to wait.</summary>
    Task<ResultReply> AwaitResultAsync(Guid runId, TimeSpan wait);
}
