using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Support;

/// <summary>A placement with one silo, or those that a test names.</summary>
internal sealed class TestPlacement(params string[] hosts) : IActivityPlacement
{
    private int _next;

    public List<string> Alive { get; } = hosts.Length == 0 ? ["silo-1"] : [.. hosts];

    public string ChooseHost(string activityType) => Alive[_next++ % Alive.Count];

    public bool IsAlive(string host) => Alive.Contains(host);
}

/// <summary>One run with its clock, and all that came of it.</summary>
internal sealed class Harness
{
    public static readonly DateTimeOffset Epoch = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly WorkflowKey Key = new("order-42");
    public static readonly RunId RunId = new(new Guid(42, 0, 0, new byte[8]));

    public Harness(Type workflow, RunSettings? settings = null)
    {
        Settings = settings ?? SettingsFor(workflow);
        Definition = WorkflowDefinition.Of(workflow);
        Run = new WorkflowRun(Settings);
    }

    public RunSettings Settings { get; }

    public WorkflowDefinition Definition { get; }

    public WorkflowRun Run { get; private set; }

    public DateTimeOffset Now { get; set; } = Epoch;

    public List<HistoryEvent> History { get; } = [];

    public List<Effect> Effects { get; } = [];

    public TestPlacement Placement => (TestPlacement)Settings.Placement;

    public static RunSettings SettingsFor(params Type[] workflows) =>
        new() { Workflows = new WorkflowCatalog(workflows), Placement = new TestPlacement() };

    public static Harness Of<T>(object? input = null, RunSettings? settings = null)
        where T : Workflow
    {
        var harness = new Harness(typeof(T), settings ?? SettingsFor(typeof(T)));
        harness.Start(input);
        return harness;
    }

    public static Payload Json(object? value) =>
        JsonPayloadConverter.Default.ToPayload(value, value?.GetType() ?? typeof(object));

    public StartRun StartStimulus(object? input) => new(Key, RunId, Definition.Name, Json(input), 7, null, null);

    public Turn Start(object? input) => Advance(StartStimulus(input));

    public Turn Advance(params Stimulus[] stimuli)
    {
        var turn = Run.Advance(stimuli, Now);
        History.AddRange(turn.Events);
        Effects.AddRange(turn.Effects);
        return turn;
    }

    public Turn Pass(TimeSpan time)
    {
        Now += time;
        return Advance(AdvanceTime.Instance);
    }

    public Turn Complete(long command, object? result = null, int attempt = 1) =>
        Advance(new ReportActivity(command, attempt, new ActivityOutcome.Completed(Json(result))));

    public Turn Fail(long command, string message = "broken", int attempt = 1, string? type = "Broken", bool nonRetryable = false,
        TimeSpan? next = null) =>
        Advance(new ReportActivity(command, attempt, new ActivityOutcome.Failed(new FailureInfo
        {
            Kind = FailureKind.Application, Message = message, Type = type, NonRetryable = nonRetryable, NextRetryDelay = next,
        })));

    /// <summary>Drops the run and rebuilds it from what was recorded.</summary>
    public WorkflowRun Reload(RunSettings? settings = null) => Run = WorkflowRun.Replay(settings ?? Settings, [.. History]);

    public T Result<T>() => (T)JsonPayloadConverter.Default.FromPayload(((RunCompleted)Run.ClosingEvent!).Result, typeof(T))!;

    public FailureInfo Failure() => Run.ClosingEvent switch
    {
        RunFailed e => e.Failure,
        RunCanceled e => e.Failure,
        _ => throw new InvalidOperationException($"The run ended by {Run.ClosingEvent?.ToString() ?? "nothing"}."),
    };
}
