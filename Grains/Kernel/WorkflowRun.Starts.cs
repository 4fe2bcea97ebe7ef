using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Machines;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

// Starts: which code a run gets, when it begins, and until when it may go on.
public sealed partial class WorkflowRun
{
    /// <summary>What the start's caller sent along; null for nothing.</summary>
    public IReadOnlyDictionary<string, string>? Headers => _machine.Started?.Headers;

    /// <summary>The instance's run before this one.</summary>
    public RunId? Previous => _machine.Started?.Previous;

    /// <summary>Whether its code has yet to begin, since its start is delayed. What reaches it meanwhile waits.</summary>
    public bool IsDelayed => _machine.IsDelayed;

    /// <summary>The version of the code that a run has kept to since its start.</summary>
    public static int VersionOf(RunStarted started) => Math.Max(started.Version, 1);

    private void Start(StartRun start)
    {
        var isHosted = Settings.Workflows.TryGet(start.WorkflowType, start.Version, out var definition);
        if (start.IsPromised)
        {
            var version = definition?.Version ?? start.Version ?? 1;
            Happen(_machine.Start(start, version, EngineBehaviors.None, Settings.ContinueHint, TurnTime));
            return;
        }

        if (!isHosted)
        {
            var wanted = start.Version is { } version ? $"{start.WorkflowType}' in version '{version}" : start.WorkflowType;
            throw new UnknownWorkflowType(wanted, Settings.Workflows.Hosted);
        }

        try
        {
            Settings.Converter.FromPayload(start.Input, definition!.InputType);
        }
        catch (Exception e)
        {
            // Constructors and converters of the application run here, and may throw anything.
            throw new InvalidRequest($"Workflow '{start.WorkflowType}' takes a {definition!.InputType}: {e.Message}", e);
        }

        Happen(_machine.Start(start, definition.Version, EngineBehaviors.None, Settings.ContinueHint, TurnTime));
    }

    private void ApplyStart(RunStarted e, bool isNew)
    {
        if (_machine.Started is not null) throw Corrupt($"event {_position} starts the run a second time");
        if (e.Flags != (int)EngineBehaviors.None)
        {
            throw new EngineFault(FaultCodes.StoreTooNew,
                $"The run was started with engine behaviours ({e.Flags}) that this version does not know. Deploy the "
                + "version that wrote it, or a newer one.");
        }

        _machine.Apply(e);
        Inherit(e, isNew);
        _wakes.Add(_machine.Deadline, 0, WakeKind.RunDeadline);
        if (!FindCode(e)) return;
        if (_machine.IsDelayed) _wakes.Add(e.StartAt!.Value, 0, WakeKind.StartDelay);
        else _scheduler.Run(static r => ((WorkflowRun)r!).BeginCode(), this);
        if (e.Carry?.Messages is { } messages) AdoptMessages(messages);
    }

    private void ApplyStartDelayEnded(StartDelayEnded e)
    {
        if (!_machine.IsDelayed) throw Corrupt($"event {_position} ends the delay of a run that is not delayed");
        _machine.Apply(e);
        _wakes.NoteStale(1);
        if (_stall is not null) return;
        _scheduler.Run(static r => ((WorkflowRun)r!).BeginCode(), this);
        foreach (var waiting in _handlers)
            if (waiting.State == HandlerState.Queued) Begin(waiting);
    }

    /// <summary>Finds the code of the run's own version, and reads its input.</summary>
    /// <returns>False where the run has stalled over it.</returns>
    private bool FindCode(RunStarted e)
    {
        var version = VersionOf(e);
        if (!Settings.Workflows.TryGet(e.WorkflowType, version, out _definition))
        {
            StallOnMissingCode(e.WorkflowType, version);
            return false;
        }

        try
        {
            _input = Settings.Converter.FromPayload(e.Input, _definition.InputType);
            return true;
        }
        catch (PayloadUndecodable undecodable)
        {
            StallOnCodec(undecodable);
            return false;
        }
        catch (Exception failure)
        {
            // Constructors and converters of the application run here, and may throw anything.
            StallOn(FaultCodes.UnreadableInput,
                $"The input cannot be read as {_definition.InputType}: {failure.Message} Deploy code that can read it, or "
                + "terminate the run.");
            return false;
        }
    }

    private void StallOnMissingCode(string type, int version)
    {
        var versions = Settings.Workflows.VersionsOf(type);
        var expected = $"workflow '{type}' version {version}";
        var actual = versions.Count == 0
            ? $"no workflow '{type}'" : $"workflow '{type}' version {string.Join(", ", versions)}";
        _stall ??= new Stall(
            FaultCodes.UnknownWorkflowType,
            versions.Count == 0
                ? $"No code for the workflow type '{type}' is deployed here. Deploy a silo that hosts it; the run then goes on "
                    + "by itself."
                : $"The run began with version {version} of the workflow type '{type}', and what is deployed here is "
                    + $"{string.Join(", ", versions)}. Deploy that version beside the others until no run of it is open; the "
                    + "run then goes on by itself.",
            expected, actual);
    }
}
