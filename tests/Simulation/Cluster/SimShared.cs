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
        ActivityShutdownGrace =
        TimeSpan.FromSeconds(2)
    }
        .AddWorkflow<Chain>().AddWorkflow<Mailbox>().AddWorkflow<Family>().AddWorkflow<Once>().AddActivities<Steps>();

    public static WireSerializer Serializer { get; } = new();

    public static GrainClassRegistry Classes { get; } = new();

    public static WorkflowCatalog Workflows { get; } = new(Engine.WorkflowTypes);

    public static ActivityCatalog Activities(IServiceProvider services) =>
        s_activities ??= new ActivityCatalog(Engine.ActivityTypes, services.GetService<IServiceProviderIsService>());
}
