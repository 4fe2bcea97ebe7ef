using Orchestration.Grains.Interfaces;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Starts;

/// <summary>
/// Starts that take an open run's place (<see cref="WorkflowIdConflictPolicy.TerminateExisting"/>): the old run's end and the
/// promise of the new one are one event, so that the id is not left without a run where the silo dies in between (invariant 7).
/// </summary>
internal static class Replacements
{
    /// <summary>What ends the open run for the start.</summary>
    /// <param name="request">The start.</param>
    /// <param name="by">Its client's request.</param>
    /// <param name="signal">A signal that goes with it: in the new run's first event, and known where it is sent again.</param>
    /// <param name="now">The time.</param>
    public static Terminate EndOpen(StartRequest request, RequestId by, SignalRun? signal, DateTimeOffset now) =>
        new("A start of the same id took its place (TerminateExisting).", by)
        {
            Next = Promise(request, by) with { Messages = signal is null ? null : CarryOf(signal, now) },
        };

    /// <summary>
    /// Why the code as deployed cannot begin with the input and the signal: no run is ended for one that cannot begin.
    /// </summary>
    /// <returns>Null where it can.</returns>
    public static Fault? UnfitFault(RunSettings settings, StartRequest request, SignalRun? signal)
    {
        if (!settings.Workflows.TryGet(request.WorkflowType, request.Version, out var definition))
        {
            // The open run and the one to take its place are one step, which one silo takes.
            return WorkflowFaults.Invalid(
                $"The workflow type '{request.WorkflowType}' is not hosted by the silo that hosts the run which holds the id, so "
                + $"it cannot take its place in one step (hosted there: {settings.Workflows.Hosted}). Host both types "
                + "on one silo, or terminate the run first.");
        }

        try
        {
            settings.Converter.FromPayload(request.Input, definition.InputType);
            return signal is not null && definition.ProblemOf(signal, settings.Converter) is { } problem
                ? WorkflowFaults.Invalid(problem) : null;
        }
        catch (Exception e)
        {
            // Constructors and converters of the application run here, and may throw anything.
            return WorkflowFaults.Invalid($"Workflow '{request.WorkflowType}' takes a {definition.InputType}: {e.Message}");
        }
    }

    private static PromisedRun Promise(StartRequest request, RequestId by) => new()
    {
        RunId = new RunId(Chance.NewGuid()),
        WorkflowType = request.WorkflowType,
        Input = request.Input,
        Request = by,
        TraceParent = request.TraceParent,
        Version = request.Version,
        RunTimeout = request.RunTimeout,
        ExecutionTimeout = request.ExecutionTimeout,
        StartDelay = request.StartDelay,
        Headers = request.Headers,
    };

    private static MessageCarry CarryOf(SignalRun signal, DateTimeOffset now) => new()
    {
        Signals = [new CarriedSignal { Name = signal.Name, Arguments = signal.Arguments, Headers = signal.Headers }],
        Senders = signal.Request is { } by
            ? [new SenderRecord { Sender = by.Client, Taken = [by.Number], LastAt = now }] : [],
    };
}
