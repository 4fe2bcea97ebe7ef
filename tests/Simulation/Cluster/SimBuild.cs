using Microsoft.Extensions.DependencyInjection;
using Orchestration.Grains.Activities;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Kernel;
using Orchestration.Simulation.Workload;

namespace Orchestration.Simulation.Cluster;

/// <summary>The code that a silo hosts. Made once for all silos of all worlds.</summary>
internal sealed class SimBuild
{
    private ActivityCatalog? _activities;

    private SimBuild(OrchestrationOptions engine)
    {
        Engine = engine;
        Workflows = new WorkflowCatalog(engine.WorkflowTypes);
    }

    /// <summary>What silos run before an upgrade.</summary>
    public static SimBuild First { get; } = new(Options().AddWorkflow<ChangedBefore>());

    /// <summary>What they run after it: all that the first has, a type and a version more, and changed code.</summary>
    public static SimBuild Second { get; } = new(
        Options().AddWorkflow<ChainTwo>().AddWorkflow<Notice>().AddWorkflow<ChangedAfter>().AddActivities<MoreSteps>());

    public OrchestrationOptions Engine { get; }

    public WorkflowCatalog Workflows { get; }

    public ActivityCatalog Activities(IServiceProvider services) =>
        _activities ??= new ActivityCatalog(Engine.ActivityTypes, services.GetService<IServiceProviderIsService>());

    private static OrchestrationOptions Options() => new OrchestrationOptions
    {
        ActivityShutdownGrace = TimeSpan.FromSeconds(2),
        // All of the code here is innocent, and silos die in its midst a thousand times as often as they should.
        MaximumWakes = 30,
        // So few that attempts go to other silos too.
        MaximumConcurrentActivities = 2,
        // So few that most runs leave memory while they wait.
        MaximumIdleWorkflows = 1,
    }
        .AddWorkflow<Chain>().AddWorkflow<Family>().AddWorkflow<Ledger>().AddWorkflow<Once>().AddWorkflow<Patient>()
        .AddWorkflow<Relay>().AddWorkflow<Sleeper>().AddWorkflow<Tally>().AddWorkflow<Visit>()
        .AddActivities<Steps>();
}
