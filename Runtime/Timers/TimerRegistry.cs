using Orchestration.Runtime.Activations;
using Orleans.Runtime;
using Orleans.Timers;

namespace Orchestration.Runtime.Timers;

/// <summary>Starts grain timers.</summary>
internal sealed class TimerRegistry : ITimerRegistry
{
    public IGrainTimer RegisterGrainTimer<TState>(
        IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state,
            GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return grainContext is Activation activation
            ? new GrainTimer<TState>(activation, callback, state, options)
            : throw new ArgumentException("Timers belong to activations of this silo.", nameof(grainContext));
    }
}
