using System.Runtime.CompilerServices;
using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Messages;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

// Guards: how much code may do within one step, and how deep, before it counts as a bug.
public sealed partial class WorkflowRun
{
    private const int ReadsPerAsk = 10;

    private HistoryEvent? _lastAsked;
    private MessageHandler? _beginning;
    private long _guardedStep = -1;
    private long _asks;
    private long _reads;
    private long _readerReads;

    /// <summary>The handler whose code runs, up to its first wait; null while other code does.</summary>
    internal MessageHandler? Beginning
    {
        private get => Volatile.Read(ref _beginning);
        set => Volatile.Write(ref _beginning, value);
    }

    /// <summary>
    /// The handler whose code runs, up to its first wait, in words; null while other code does. May be read on any thread.
    /// </summary>
    public string? Handling => Beginning?.What;

    /// <summary>What the code asked for last, in words. May be read on any thread, while a turn is taken too.</summary>
    public string LastCommand => Volatile.Read(ref _lastAsked) is { } asked ? CommandMatcher.Describe(asked) : "nothing yet";

    /// <summary>Code has come to the engine: it may be in a loop, or in a recursion.</summary>
    private void GuardRead()
    {
        if (_reader is not null)
        {
            GuardReader();
            return;
        }

        if (IsTooDeep()) throw new InsufficientExecutionStackException(_stall!.Message);
        if (_guardedStep != _step) BeginStep();
        if (++_reads > Settings.MaximumStepsPerStimulus * ReadsPerAsk) throw StallOnLoop(_reads, "read Context");
    }

    /// <summary>
    /// A query or validator has come to the engine: whatever it does wrong is its own failure, and not the run's.
    /// </summary>
    private void GuardReader()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw Violate($"The {_reader} called itself too deeply. Replace the recursion by a loop.");
        if (++_readerReads > Settings.MaximumStepsPerStimulus * ReadsPerAsk)
            throw Violate($"The {_reader} read Context {_readerReads:N0} times, so it is most likely in an endless loop.");
    }

    private InvalidOperationException Violate(string violation)
    {
        _violation ??= violation;
        return new InvalidOperationException(violation);
    }

    /// <summary>Whether the stack is nearly used up; then the run has stalled over it.</summary>
    private bool IsTooDeep()
    {
        if (RuntimeHelpers.TryEnsureSufficientExecutionStack()) return false;
        StallOn(FaultCodes.StackTooDeep,
            $"{CodeNow} called itself too deeply; its last command was {LastCommand}. Replace the recursion by a loop or by "
            + "child workflows.");
        return true;
    }

    /// <summary>Code asks for something.</summary>
    private void GuardAsk()
    {
        if (_guardedStep != _step) BeginStep();
        if (++_asks > Settings.MaximumStepsPerStimulus) throw StallOnLoop(_asks, "asked for something");
    }

    /// <summary>A piece of code is about to go on.</summary>
    /// <returns>False where it has gone on too often.</returns>
    private bool GuardContinuation()
    {
        if (_guardedStep != _step) BeginStep();
        if (++_asks <= Settings.MaximumStepsPerStimulus) return true;
        StallOnLoop(_asks, "went on");
        return false;
    }

    private string CodeNow => Handling is { } handler ? $"Workflow code (the {handler})" : "Workflow code";

    private void BeginStep()
    {
        _guardedStep = _step;
        _asks = _reads = 0;
    }

    private InvalidOperationException StallOnLoop(long count, string did)
    {
        StallOn(FaultCodes.EndlessLoop,
            $"{CodeNow} {did} {count:N0} times without waiting for anything new, so it is most likely in an endless loop; "
            + $"its last command was {LastCommand}. Deploy mended code, and the run goes on.");
        return new InvalidOperationException(_stall!.Message);
    }
}
