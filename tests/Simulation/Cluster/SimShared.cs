using Microsoft.Extensions.DependencyInjection;
using Orchestration.Grains.Activities;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Kernel;
using Orchestration.Runtime.Activations;
using Orchestration.Runtime.Serialization;
using Orchestration.Simulation.Workload;

namespace Orchestration.Simulation.Cluster;

/// <summary>What says nothing but what the code is, made once for all silos of all worlds.</summary>
internal static class SimShared
{
    private static ActivityCatalog? s_activities;

    public static OrchestrationOptions Engine { get; } = new OrchestrationOptions
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
        .AddWorkflow<Relay>().AddWorkflow<Sleeper>().AddWorkflow<Tally>().AddActivities<Steps>();

    public static WireSerializer Serializer { get; } = new();

    public static GrainClassRegistry Classes { get; } = new();

    public static WorkflowCatalog Workflows { get; } = new(Engine.WorkflowTypes);

    public static ActivityCatalog Activities(IServiceProvider services) =>
        s_activities ??= new ActivityCatalog(Engine.ActivityTypes, services.GetService<IServiceProviderIsService>());
}
