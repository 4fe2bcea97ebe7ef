using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestration.Grains.Activities;
using Orchestration.Grains.Hosting;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Messages;
using Orchestration.Grains.Placement;
using Orchestration.Grains.Recovery;
using Orchestration.Grains.Visibility;
using Orchestration.Grains.Workflows.Idle;
using Orchestration.Grains.Workflows.Replies;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Grains.Workflows.Starts;
using Orchestration.Grains.Workflows.Telemetry;
using Orchestration.Grains.Workflows.Watch;
using Orleans;
using Orleans.Runtime;

namespace Orchestration.Grains.Workflows;

/// <summary>What all workflow grains of a silo share.</summary>
internal sealed class WorkflowServices(
    RunSettings settings,
    TurnMonitor turns,
    RunReader reader,
    RunWriter writer,
    ResultHub hub,
    ILocalSiloDetails silo,
    IGrainFactory grains,
    TimeProvider clock,
    IOptions<OrchestrationOptions> options,
    IdleWorkflows idle,
    StartGate starts,
    SuspectGate suspects,
    WorkflowInstruments instruments,
    IActivityDispatcher hosts,
    HostWatch watch,
    LiveRuns live,
    MessageHub messages,
    ClosedRuns closedRuns,
    QueryGuard queries,
    ClusterView cluster,
    ClusterCode code,
    ValidatorGuard validators,
    ILogger<WorkflowGrain> log)
{
    public RunSettings Settings => settings;

    public IActivityPlacement Placement => settings.Placement;

    /// <summary>Watches over turns.</summary>
    public TurnMonitor Turns => turns;

    public RunReader Reader => reader;

    public RunWriter Writer => writer;

    /// <summary>What the store alone tells of runs.</summary>
    public StoredReplies Stored { get; } = new(reader, closedRuns, log);

    /// <summary>What became of updates that no run has in memory.</summary>
    public StoredUpdates StoredUpdates { get; } = new(reader, closedRuns, clock);

    /// <summary>Which run a request began.</summary>
    public EarlierStarts EarlierStarts { get; } = new(reader, clock);

    public ResultHub Hub => hub;

    /// <summary>The key of this silo's own grains: its address with its generation.</summary>
    public string SiloKey { get; } = Orchestration.Grains.Placement.SiloKey.Of(silo.SiloAddress);

    /// <summary>The open runs in memory, which shards need not wake.</summary>
    public LiveRuns Live => live;

    public IGrainFactory Grains => grains;

    /// <summary>What shards are told, which wake runs.</summary>
    public ShardNotes Shards { get; } = new(grains, writer, starts, cluster);

    /// <summary>How activity hosts are called.</summary>
    public IActivityDispatcher Hosts => hosts;

    /// <summary>Tells of the loss of other silos.</summary>
    public HostWatch Watch => watch;

    /// <summary>Where callers wait for changes of runs.</summary>
    public MessageHub Messages => messages;

    /// <summary>Closed runs that are asked something.</summary>
    public ClosedRuns ClosedRuns => closedRuns;

    /// <summary>Has queries run on threads of their own.</summary>
    public QueryGuard Queries => queries;

    /// <summary>The other silos.</summary>
    public ClusterView Cluster => cluster;

    /// <summary>Which silo hosts which code.</summary>
    public ClusterCode Code => code;

    /// <summary>Has turns with updates taken on threads of their own.</summary>
    public ValidatorGuard Validators => validators;

    public TimeProvider Clock => clock;

    public OrchestrationOptions Options { get; } = options.Value;

    public IdleWorkflows Idle => idle;

    public StartGate Starts => starts;

    public SuspectGate Suspects => suspects;

    /// <summary>Brings runs to memory that may take their silo down.</summary>
    public SuspectRuns SuspectRuns { get; } = new(reader, writer, suspects, settings, options.Value);

    public WorkflowInstruments Instruments => instruments;

    public ILogger<WorkflowGrain> Log => log;
}
