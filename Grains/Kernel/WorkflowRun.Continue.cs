using System.Buffers.Binary;
using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

// Continuing as new: one closing event, which holds all that the next run begins with.
public sealed partial class WorkflowRun
{
    private long _bytes;

    /// <summary>About how many bytes of history there are at the event that code works on, the same on every replay.</summary>
    internal long CodeBytes { get; private set; }

    /// <summary>Whether its last event promises the next run: it has continued as new, or was terminated for it.</summary>
    public bool HasSuccessor => ClosingEvent is RunContinuedAsNew or RunTerminated { Next: not null };

    /// <summary>The start of the run that the last event promises.</summary>
    public StartRun Successor() => ClosingEvent switch
    {
        RunContinuedAsNew next => Continuation(next),
        RunTerminated { Next: { } next } => Replacement(next),
        _ => throw new InvalidOperationException("No run follows this one."),
    };

    private StartRun Replacement(PromisedRun next) => new(
        Started.Key, next.RunId, next.WorkflowType, next.Input, SeedOf(next.RunId), next.Request, next.TraceParent)
    {
        IsPromised = true,
        Previous = Started.RunId,
        Version = next.Version,
        RunTimeout = next.RunTimeout,
        ExecutionTimeout = next.ExecutionTimeout,
        StartDelay = next.StartDelay,
        Headers = next.Headers,
        Carry = Owed.Count == 0 && next.Messages is null ? null : new RunCarry { Owed = Owed, Messages = next.Messages },
    };

    private StartRun Continuation(RunContinuedAsNew next)
    {
        return new StartRun(Started.Key, next.NewRunId, next.WorkflowType, next.Input, SeedOf(next.NewRunId), null,
            Started.TraceParent)
        {
            Parent = Started.Parent,
            IsPromised = true,
            ContinuedFrom = Started.RunId,
            FirstRun = FirstRun,
            Previous = Started.RunId,
            ExecutionDeadline = Started.ExecutionDeadline,
            RunTimeout = Started.RunTimeout,
            Headers = Started.Headers,
            Version = VersionOfNext(next.WorkflowType),
            Carry = next.Carry,
        };
    }

    /// <summary>A run that was started with a version of its own keeps to it; others go on with the newest one.</summary>
    private int? VersionOfNext(string type) => Started.Pinned && type == Started.WorkflowType ? VersionOf(Started) : null;

    private static long SeedOf(RunId run)
    {
        Span<byte> bytes = stackalloc byte[16];
        run.Value.TryWriteBytes(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes) ^ BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
    }

    /// <summary>The event by which code continues as new; null where it cannot, and the run has stalled.</summary>
    private RunContinuedAsNew? ContinueBy(ContinueAsNew asked)
    {
        if (!Settings.Workflows.TryGet(asked.WorkflowType, VersionOfNext(asked.WorkflowType), out var definition))
        {
            StallOn(FaultCodes.UnknownWorkflowType,
                $"The run is to continue as new as '{asked.WorkflowType}', and no code for that workflow type is deployed here. "
                + "Deploy a silo that hosts it; the run then goes on by itself.");
            return null;
        }

        try
        {
            Settings.Converter.FromPayload(asked.Input, definition.InputType);
        }
        catch (Exception e)
        {
            // Constructors and converters of the application run here, and may throw anything.
            StallOn(FaultCodes.UnreadableInput,
                $"The run is to continue as new as '{asked.WorkflowType}' with an input that cannot be read as "
                + $"{definition.InputType}: {e.Message} Deploy mended code, or terminate the run.");
            return null;
        }

        return new RunContinuedAsNew
        {
            At = CommandTime,
            NewRunId = RunIds.OfSuccessor(Started.RunId),
            WorkflowType = asked.WorkflowType,
            Input = asked.Input,
            Carry = Carry(),
        };
    }

    private RunCarry? Carry()
    {
        var owed = MessagesAtEnd();
        var messages = CarryMessages();
        return owed.Count == 0 && messages is null ? null : new RunCarry { Owed = owed, Messages = messages };
    }
}
