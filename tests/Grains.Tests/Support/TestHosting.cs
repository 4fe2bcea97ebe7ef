using Orchestration.Grains.Hosting;

namespace Orchestration.Grains.Tests.Support;

/// <summary>What test silos host.</summary>
public static class TestHosting
{
    public static void All(OrchestrationOptions options) => options
        .AddWorkflow<Sequence>().AddWorkflow<FanOut>().AddWorkflow<Sleeper>().AddWorkflow<Blocker>().AddWorkflow<OnceOnly>()
        .AddWorkflow<Flaky>().AddWorkflow<Heartbeats>().AddWorkflow<Failing>().AddWorkflow<Mixed>()
        .AddActivities<TestActivities>();
}
