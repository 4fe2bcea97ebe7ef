using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Testing;

/// <summary>What a <see cref="WorkflowTestEnvironment"/> hosts, and how it behaves.</summary>
public sealed class WorkflowTestOptions
{
    /// <summary>What the clock shows at first; the beginning of 2030, UTC.</summary>
    public DateTimeOffset Start { get; set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Whether the clock jumps to the next timer while a caller waits and nothing else goes on. True. Else only
    /// <see cref="WorkflowTestEnvironment.AdvanceAsync"/> moves it.
    /// </summary>
    public bool AutoSkip { get; set; } = true;

    /// <summary>
    /// How long, by the wall's clock, the code of an activity may run before the clock goes on, as fast as the wall's and from
    /// timer to timer, so that its timeouts work. 2 s; <see cref="Timeout.InfiniteTimeSpan"/>: it stands until the code has
    /// ended.
    /// </summary>
    public TimeSpan ActivityPatience { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Where histories are kept; in memory unless set. The environment does not dispose it.</summary>
    public IHistoryStore? Store { get; set; }

    /// <summary>Where logs go; nowhere unless set. The environment does not dispose it.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>
    /// Whether the code of activities takes turns with the engine's, so that a run with activities that end at once takes the
    /// same course each time. Code that blocks its thread then blocks all.
    /// </summary>
    internal bool ActivitiesInTurn { get; set; }

    internal List<Action<IServiceCollection>> ServiceActions { get; } = [];

    internal List<Action<OrchestrationOptions>> EngineActions { get; } = [];

    /// <summary>Hosts a workflow class.</summary>
    public WorkflowTestOptions AddWorkflow<TWorkflow>() where TWorkflow : Workflow =>
        Engine(static o => o.AddWorkflow<TWorkflow>());

    /// <summary>Hosts a workflow class that is public or not, by its type.</summary>
    public WorkflowTestOptions AddWorkflow(Type workflowType) => Engine(o => o.WorkflowTypes.Add(workflowType));

    /// <summary>Hosts every public workflow class of an assembly.</summary>
    public WorkflowTestOptions AddWorkflowsFrom(Assembly assembly) => Engine(o => o.AddWorkflowsFrom(assembly));

    /// <summary>Hosts real activities: a class made from dependency injection in the scope of each attempt.</summary>
    public WorkflowTestOptions AddActivities<TActivities>() where TActivities : class =>
        Engine(static o => o.AddActivities<TActivities>());

    /// <summary>
    /// Hosts an object's activities: one object for all attempts, which outlives the silos of the environment, as does the world
    /// outside that it stands for.
    /// </summary>
    public WorkflowTestOptions AddActivities<TActivities>(TActivities instance) where TActivities : class
    {
        ArgumentNullException.ThrowIfNull(instance);
        Engine(o => o.ActivityTypes.Add(instance.GetType()));
        return Services(s => s.AddSingleton(instance.GetType(), instance));
    }

    /// <summary>
    /// Registers services for each silo that the environment starts. What is to outlive a crash, as the world outside does, is
    /// registered as an instance.
    /// </summary>
    public WorkflowTestOptions Services(Action<IServiceCollection> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        ServiceActions.Add(configure);
        return this;
    }

    /// <summary>Sets the engine's own options, such as its limits.</summary>
    public WorkflowTestOptions Engine(Action<OrchestrationOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        EngineActions.Add(configure);
        return this;
    }
}
