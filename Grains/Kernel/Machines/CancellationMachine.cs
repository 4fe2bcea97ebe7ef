using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;

namespace Orchestration.Grains.Kernel.Machines;

/// <summary>The run's own cancellation.</summary>
/// <remarks>
/// <code>
/// state       input            event                next
/// NotAsked    RequestCancel    RunCancelRequested   Requested
/// Requested   of another run   RunCancelRequested   Requested, so that its repeat is known to later runs too
/// Requested   of a client      -                    Requested
/// </code>
/// What the request comes to is up to the run's code: a cancellation that escapes it ends the run as cancelled.
/// </remarks>
internal sealed class CancellationMachine
{
    public bool IsRequested { get; private set; }

    public string? Reason { get; private set; }

    /// <summary>Someone asks; null where that is no news.</summary>
    public RunCancelRequested? Request(RequestCancel asked, DateTimeOffset at) => IsRequested && asked.Sender is null
        ? null
        : new RunCancelRequested { At = at, Reason = asked.Reason, Request = asked.Request, Sender = asked.Sender };

    /// <summary>Changes the state by a recorded fact.</summary>
    public void Apply(RunCancelRequested happened)
    {
        if (!IsRequested) Reason = happened.Reason;
        IsRequested = true;
    }
}
