using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Benchmarks.Micro;

/// <summary>A run of <see cref="ChainWorkflow"/> that answers its own activities.</summary>
internal sealed class ChainRun : IActivityPlacement
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Payload Result = new("1"u8.ToArray());

    private readonly Stimulus[] _stimulus = new Stimulus[1];

    public ChainRun(long maximumEvents = 50_000)
    {
        Settings = new RunSettings
        {
            Workflows = new WorkflowCatalog([typeof(ChainWorkflow)]), Placement = this,
            MaximumHistoryEvents = maximumEvents
        };
        Run = new WorkflowRun(Settings);
    }

    public RunSettings Settings { get; }

    public WorkflowRun Run { get; }

    public List<HistoryEvent> History { get; } = [];

    public string ChooseHost(string activityType) => "10.0.0.1:11111@1";

    public bool IsAlive(string host) => true;

    /// <summary>Starts a chain of so many steps.</summary>
    public Turn Start(int steps)
    {
        _stimulus[0] = new StartRun(
            new WorkflowKey("chain"), new RunId(new Guid(1, 0, 0, new byte[8])), "chain", JsonPayloadConverter.Default.ToPayload(
                steps, typeof(int)), 1, null, null);
        return Run.Advance(_stimulus, Now);
    }

    /// <summary>Ends the step that is under way; the next one is scheduled in the same turn.</summary>
    public Turn Step(long command)
    {
        _stimulus[0] = new ReportActivity(command, 1, new ActivityOutcome.Completed(Result));
        return Run.Advance(_stimulus, Now);
    }

    /// <summary>Goes on until there are so many events.</summary>
    public List<HistoryEvent> Grow(int events)
    {
        var turn = Start(int.MaxValue);
        History.AddRange(turn.Events);
        while (History.Count < events)
        {
            turn = Step(turn.Effects.OfType<DispatchActivity>().Single().Command);
            History.AddRange(turn.Events);
        }

        return History[..events];
    }
}
