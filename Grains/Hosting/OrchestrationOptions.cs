using System.Reflection;
using Orchestration.Grains.Kernel;
using Orchestration.Workflows;

namespace Orchestration.Grains.Hosting;

/// <summary>What a silo hosts, and its limits.</summary>
public sealed class OrchestrationOptions
{
    /// <summary>The hosted workflow classes.</summary>
    public ISet<Type> WorkflowTypes { get; } = new HashSet<Type>();

    /// <summary>The hosted activity classes: each is made from dependency injection in the scope of an attempt.</summary>
    public ISet<Type> ActivityTypes { get; } = new HashSet<Type>();

    /// <summary>Encodes and decodes user values; JSON unless set.</summary>
    public IPayloadConverter PayloadConverter { get; set; } = JsonPayloadConverter.Default;

    /// <summary>The largest payload in bytes; 2 MB.</summary>
    public int MaximumPayloadBytes { get; set; } = 2 * 1024 * 1024;

    /// <summary>How many attempts run at once on this silo; further ones wait. 500.</summary>
    public int MaximumConcurrentActivities { get; set; } = 500;

    /// <summary>
    /// How many accepted attempts may wait for their turn on this silo before dispatches are held back. 100,000.
    /// </summary>
    public int MaximumWaitingActivities { get; set; } = 100_000;

    /// <summary>
    /// How long a worker outside the cluster may be silent before its attempts count as lost and are retried elsewhere. 30 s.
    /// </summary>
    public TimeSpan RemoteLease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long running attempts may go on after their cancellation when the silo shuts down. 10 s.</summary>
    public TimeSpan ActivityShutdownGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a reload waits for a host's answer about an attempt before it asks again. 5 s.</summary>
    public TimeSpan InquiryTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often a silo may die in the midst of a run's code, without progress in between, before that code is not run any more
    /// and the run is stalled. 3.
    /// </summary>
    public int MaximumWakes { get; set; } = 3;

    /// <summary>
    /// How many runs one shard wakes at a time, whatever others do; while the silo has places to spare a shard takes more of
    /// them. 32.
    /// </summary>
    public int ConcurrentWakesPerShard { get; set; } = 32;

    /// <summary>How far ahead a shard holds due times in memory. 1 minute.</summary>
    public TimeSpan WakeWindow { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How many parked workflows stay in memory, by recent use; of closed ones so many, but at most 128. 3,000, about 9 KB each.
    /// </summary>
    public int MaximumIdleWorkflows { get; set; } = 3000;

    /// <summary>How many starts may be waiting for their commit before the silo answers "slow down". 10,000.</summary>
    public int MaximumPendingStarts { get; set; } = 10_000;

    /// <summary>Exceptions of workflow code that fail the run instead of stalling it; null: recorded failures only.</summary>
    public Func<Exception, bool>? FailsRun { get; set; }

    /// <summary>
    /// How long workflow code may hold its turn before its run is marked as stalled in the store, so that no silo runs that build
    /// of the code again (ORCH0008). 30 s.
    /// </summary>
    public TimeSpan TurnLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Stand around the calls into and out of workflow code, the first one outermost.</summary>
    public IList<IWorkflowInterceptor> WorkflowInterceptors { get; } = [];

    /// <summary>
    /// From how many events on <c>Context.ShouldContinueAsNew</c> is true, of runs that start from now on; recorded with each, so
    /// that a change does not reach open runs. 4,000. Lower, the histories are shorter and continuations more frequent.
    /// </summary>
    public long ContinueAsNewAtEvents { get; set; } = 4_000;

    /// <summary>The same by the history's size in bytes. 4,000,000.</summary>
    public long ContinueAsNewAtBytes { get; set; } = 4_000_000;

    /// <summary>Hosts a workflow class.</summary>
    public OrchestrationOptions AddWorkflow<TWorkflow>() where TWorkflow : Workflow
    {
        WorkflowTypes.Add(typeof(TWorkflow));
        return this;
    }

    /// <summary>Hosts every public workflow class of an assembly.</summary>
    public OrchestrationOptions AddWorkflowsFrom(Assembly assembly)
    {
        WorkflowTypes.UnionWith(WorkflowCatalog.FindIn(assembly));
        return this;
    }

    /// <summary>Hosts the activities that a class implements: the public methods of its interfaces that return tasks.</summary>
    public OrchestrationOptions AddActivities<TActivities>() where TActivities : class
    {
        ActivityTypes.Add(typeof(TActivities));
        return this;
    }
}
