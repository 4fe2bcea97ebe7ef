using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Messages;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Requests;

/// <summary>
/// What a caller's request sees and does of the instance that it is for: what is known of its runs, and its inbox. Nothing of it
/// is ahead of the store (invariants 1 and 4), but for <see cref="Open"/> while <see cref="IsTurning"/>.
/// </summary>
internal interface IInstance
{
    /// <summary>Its key.</summary>
    WorkflowKey Key { get; }

    /// <summary>The latest run, whatever is known of it.</summary>
    RunId? LatestRun { get; }

    /// <summary>The open run in memory. Ahead of the store while <see cref="IsTurning"/>.</summary>
    OpenRun? Open { get; }

    /// <summary>The latest run, where it has ended.</summary>
    ClosedRun? Closed { get; }

    /// <summary>Whether the activation is on its way out: what it knows of no run is not to say that there is none.</summary>
    bool IsLeaving { get; }

    /// <summary>Whether a turn is being committed: the kernel's state is ahead of the store's.</summary>
    bool IsTurning { get; }

    /// <summary>Ends when the inbox is empty, or the activation steps down.</summary>
    Task Turns { get; }

    /// <summary>What its runs took that have ended.</summary>
    EarlierRuns Earlier { get; }

    /// <summary>Which run that has ended took a message: of those before the open one, or of the last ones.</summary>
    ValueTask<(RunId? Run, Fault? Fault)> FindTakenAsync(Stimulus message, bool isRepeat) =>
        Earlier.FindTakenAsync(message, isRepeat, Closed?.Record.Key.RunId, Open?.Run);

    /// <summary>Who waits for something of its runs.</summary>
    RunNews News { get; }

    /// <summary>Asks the store, once, what there is of the instance; a start that is under way is waited for.</summary>
    Task EnsureKnownAsync();

    /// <summary>Rebuilds the open run if it is not in memory.</summary>
    /// <returns>Why it cannot be; null where it is there, or has ended meanwhile.</returns>
    Task<Fault?> EnsureOpenAsync();

    /// <summary>
    /// Whether the run that is the latest one here is so in the store. Where it is not, this activation forgets what it knows,
    /// and whoever asks is to come again.
    /// </summary>
    Task<bool> KnowsLatestAsync();

    /// <summary>
    /// What a caller is told where no run is known: that there is none, or, where the activation is between two states, to come
    /// again.
    /// </summary>
    Fault Unknown(Guid? wanted);

    /// <summary>Puts a stimulus into the inbox; answered once the turn that takes it is durable.</summary>
    Task<InboxOutcome> PostAsync(Stimulus stimulus);

    /// <summary>Puts an entry into the inbox without a turn, for callers that then call <see cref="BeginTurns"/>.</summary>
    void Enqueue(InboxEntry entry);

    /// <summary>Has turns taken until the inbox is empty, if none is under way.</summary>
    void BeginTurns();

    /// <summary>Asks the run in memory at once, or, while a turn is being committed, right after it.</summary>
    /// <returns>Null where that takes too long, or there is no run in memory.</returns>
    Task<T?> BetweenTurnsAsync<T>(Func<WorkflowRun, T?> question) where T : class;

    /// <summary>Starts a run that has a message from its first commit on.</summary>
    Task<StartReply> StartAsync(StartRequest request, InboxEntry? message);
}
