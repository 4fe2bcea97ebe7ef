using Orchestration.Runtime.Activations;
using Orleans.Runtime;

namespace Orchestration.Runtime.Timers;

/// <summary>A timer with its callback and the state that is passed to it.</summary>
internal sealed class GrainTimer<TState>(
    Activation activation, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    : GrainTimer(activation, options)
{
    internal override Task CallAsync() => callback(state, Disposal);
}
