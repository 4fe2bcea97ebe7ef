using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Workflows.Runs;

namespace Orchestration.Grains.Workflows.Watch;

/// <summary>
/// Has turns in which updates are validated taken on threads of their own, and waits no longer for a validator than it may take.
/// .NET cannot end a thread: one whose validator never ends is given up with the run's state that it uses, and the same update of
/// the same workflow is rejected as long as it goes on, so that a bad validator costs a silo one thread, however often it is
/// asked. Thread-safe.
/// </summary>
internal sealed class ValidatorGuard(
    EngineThreads threads, TurnMonitor turns, IOptions<OrchestrationOptions> options, ILogger<TurnMonitor> log)
{
    private readonly ConcurrentDictionary<(string Type, string Update), bool> _givenUp = [];
    private readonly TimeSpan _patience = QueryGuard.PatienceOf(options.Value);

    /// <summary>Why an update is not to be validated now; null where it may be.</summary>
    public RejectedStimulus? Refuse(string workflowType, UpdateRun update) => _givenUp.ContainsKey((workflowType, update.Name))
        ? Rejection(update, "has not ended since it was last asked") : null;

    /// <summary>Takes a turn of a run that nobody else uses meanwhile.</summary>
    /// <param name="open">The run. Where the turn is given up, it is worth nothing any more.</param>
    /// <param name="stimuli">What the turn takes; not to be changed afterwards.</param>
    /// <param name="now">The time.</param>
    public async Task<ApartOutcome> AdvanceAsync(OpenRun open, IReadOnlyList<Stimulus> stimuli, DateTimeOffset now)
    {
        var apart = new ApartTurn(open, _patience);
        _ = threads.Run(() =>
        {
            Take(apart, open, stimuli, now);
            return Task.CompletedTask;
        });
        var outcome = await apart.Done;
        if (outcome.Turn is not null)
        {
            if (apart.Written is { } summary) open.Summary = summary; // it was marked, and came to rest after all
            return outcome;
        }

        if (outcome.Culprit is not { } culprit) return outcome;
        var kind = (open.WorkflowType, culprit.Name);
        _givenUp[kind] = true;
        if (apart.Watched is { } watched) turns.GiveUp(watched);
        if (apart.HasEnded) _givenUp.TryRemove(kind, out _); // in this moment
        log.QueryGivenUp($"the validator of update '{culprit.Name}'", open.Key.Key.ToString(), open.WorkflowType,
            open.Key.RunId.ToString(), _patience);
        return outcome;
    }

    /// <summary>What the sender of an update is told whose validator was given up.</summary>
    public RejectedStimulus GivenUp(UpdateRun update) => Rejection(update, $"did not end within {_patience.TotalSeconds:0.#} s");

    private void Take(ApartTurn apart, OpenRun open, IReadOnlyList<Stimulus> stimuli, DateTimeOffset now)
    {
        var watched = apart.Watched = turns.Enter(apart);
        Turn? turn = null;
        Exception? failure = null;
        try
        {
            turn = open.Run.Advance(stimuli, now);
        }
        catch (Exception e)
        {
            failure = e; // the activation's to judge
        }

        apart.End(turn, failure, turns.Exit(watched));
        if (!apart.IsGivenUp) return;
        foreach (var stimulus in stimuli)
            if (stimulus is UpdateRun update) _givenUp.TryRemove((open.WorkflowType, update.Name), out _);
    }

    private static RejectedStimulus Rejection(UpdateRun update, string what) => new(update, RejectionKind.UpdateRejected,
        $"Update '{update.Name}' was rejected: its validator {what}. A validator is to judge by what the workflow has at hand, "
        + "and to return at once; the run goes on.");
}
