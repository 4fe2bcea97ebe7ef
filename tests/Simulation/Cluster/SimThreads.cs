using Orchestration.Grains.Activities;
using Orchestration.Grains.Hosting;
using Orchestration.Simulation.Time;

namespace Orchestration.Simulation.Cluster;

/// <summary>The engine's work beside grains, and the code of activities, as steps of the silo's lane.</summary>
internal sealed class SimThreads(SimLane lane) : EngineThreads
{
    public override bool TakesAll => true;

    public override void Queue(IThreadPoolWorkItem item) => lane.Queue(item);

    public override Task Run(Func<Task> work) => lane.RunAsync(work);

    public override void Start(ActivityAttempt attempt) => lane.Queue(attempt);

    public override void Held(Thread thread)
    {
        // There is one thread, and no pool that others would wait for.
    }

    public override void Freed()
    {
    }
}
