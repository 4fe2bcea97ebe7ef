using Orchestration.Grains.Kernel.History;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Machines;

/// <summary>One update that was accepted, and its outcome.</summary>
/// <remarks>
/// <code>
/// state       input                   event              next
/// (none)      its validator passes    UpdateAccepted     Accepted
/// Accepted    its handler ends        UpdateCompleted    Completed
/// Completed   many others end later   -                  Faded: completed, the outcome in the history alone
/// any         its id comes again      -                  the same
/// </code>
/// A rejected update has no machine and no event. The run's end leaves an accepted one as it is: it has failed by that, and where
/// the run continues as new, the closing event says so to the next run.
/// </remarks>
internal sealed class UpdateMachine(string updateId, string name)
{
    public string UpdateId => updateId;

    public string Name => name;

    /// <summary>Its outcome; null while its handler is under way, and where it has faded.</summary>
    public UpdateCompleted? Completed { get; private set; }

    /// <summary>Whether its outcome is known, or stands in the history.</summary>
    public bool IsCompleted => Completed is not null || IsFaded;

    /// <summary>Whether its outcome is not kept in memory any more.</summary>
    public bool IsFaded { get; private set; }

    /// <summary>The handler has ended; null where that is known.</summary>
    public UpdateCompleted? Complete(Payload? result, FailureInfo? failure, DateTimeOffset at) => IsCompleted
        ? null : new UpdateCompleted { At = at, UpdateId = updateId, Result = result, Failure = failure };

    /// <summary>Changes the state by a recorded fact.</summary>
    public void Apply(UpdateCompleted happened) => Completed = happened;

    /// <summary>Lets go of the outcome, which stands in the history.</summary>
    public void Fade() => (Completed, IsFaded) = (null, true);
}
