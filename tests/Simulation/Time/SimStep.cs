using Orchestration.Runtime.Activations;

namespace Orchestration.Simulation.Time;

/// <summary>Something to be run for a lane.</summary>
/// <param name="Work">A work item, a timer or a callback.</param>
/// <param name="State">What the callback is given.</param>
/// <param name="InContext">Whether what follows is to come back to the lane; turns of grains have a scheduler of their
/// own.</param>
internal readonly record struct SimStep(object Work, object? State, bool InContext)
{
    public void Run(SimLane lane)
    {
        if (InContext) SynchronizationContext.SetSynchronizationContext(lane);
        switch (Work)
        {
            case IThreadPoolWorkItem work: work.Execute(); break;
            case SimTimer timer: timer.Fire(); break;
            default: ((SendOrPostCallback)Work)(State); break;
        }
    }

    /// <summary>What it is, as far as can be told.</summary>
    public override string ToString() => Work switch
    {
        SimTimer timer => $"timer {timer}",
        SendOrPostCallback callback => $"{NameOf(callback)} {(State is Delegate own ? NameOf(own) : State)}",
        TurnQueue turns => $"turns {turns}",
        _ => $"{Work.GetType().Name} {Work}",
    };

    internal static string NameOf(Delegate code) => $"{code.Method.DeclaringType?.FullName}.{code.Method.Name}";
}
