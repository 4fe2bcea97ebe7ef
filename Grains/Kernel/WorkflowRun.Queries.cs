using System.Runtime.InteropServices;
using Orchestration.Grains.Kernel.Messages;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

// Queries and validators: code of the run that may only read.
public sealed partial class WorkflowRun
{
    private string? _reader;
    private string? _violation;
    private UpdateRun? _judging;

    /// <summary>
    /// Whether code that may only read has changed something: what is in memory is worth nothing any more, and the run takes no
    /// stimulus until it is rebuilt from its history.
    /// </summary>
    public bool IsTainted { get; private set; }

    /// <summary>
    /// What of the run's code that may only read is under way, in words; null where nothing is. May be read on any thread.
    /// </summary>
    public string? Reader => Volatile.Read(ref _reader);

    /// <summary>The update whose validation is under way; null where none is. May be read on any thread.</summary>
    public UpdateRun? Judging => Volatile.Read(ref _judging);

    /// <summary>Whether code may run to judge such an update before it is taken.</summary>
    public bool MayJudge(string update) =>
        FindUpdateHandler(update) is not { } handler || handler.Validator is not null || IsIntercepted;

    /// <summary>
    /// Asks the run's code, between turns: of an open run, a stalled one as far as its code has come, and a closed one.
    /// </summary>
    /// <remarks>Changes nothing; where the query's code tries to, the run <see cref="IsTainted"/>.</remarks>
    public QueryAnswer Query(string name, IReadOnlyList<Payload> arguments, IReadOnlyDictionary<string, string>? headers = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(arguments);
        if (_workflow is null || _definition is null)
            return new QueryAnswer(null, QueryProblem.NoCode, _stall?.Message ?? "The run's code has not begun.");
        if (FindQuery(name) is not { } handler)
        {
            return new QueryAnswer(null, QueryProblem.Invalid, $"Workflow '{Started.WorkflowType}' has no query '{name}'; it "
                + $"has: {HandlerTable.Shown(_definition.Handlers.Queries)}.");
        }

        var call = new QueryCall(this, handler, name, arguments, headers);
        _scheduler.TakeTurn(static c => ((QueryCall)c!).Run(), call);
        return call.Answer!;
    }

    /// <summary>Throws where the calling code may only read.</summary>
    internal void RequireWritable(string what)
    {
        if (_reader is null) return;
        throw Violate($"The {_reader} tried to {what}: it may only read the workflow's state.");
    }

    private ReadOutcome ReadOnly(string reader, Func<object?> code)
    {
        var probe = _definition!.Handlers.Probe;
        var before = probe.Look(_workflow!);
        Volatile.Write(ref _reader, reader);
        _violation = null;
        _readerReads = 0;
        object? value = null;
        Exception? failure = null;
        try
        {
            value = code();
        }
        catch (Exception e)
        {
            failure = e;
        }
        finally
        {
            Volatile.Write(ref _reader, null);
        }

        var violation = _violation;
        if (Change(probe, before) is { } change)
        {
            IsTainted = true;
            violation ??= $"The {reader} {change}: it may only read. The run is rebuilt from its history.";
        }

        return new ReadOutcome(value, failure, violation);
    }

    private string? Change(StateProbe probe, object?[] before)
    {
        if (probe.ChangedSince(before, _workflow!) is { } field) return $"changed '{field}'";
        if (_scheduler.HasReady) return "set code of the run going";
        return !IsClosed && _stall is null && Conditions.AnyHolds() ? "changed what the run's code waits for" : null;
    }

    private MessageHandler? FindQuery(string name) => _dynamicQueries?.TryGetValue(name, out var dynamic) == true ? dynamic
        : _definition!.Handlers.Queries.TryGetValue(name, out var handler) ? handler : null;

    private QueryAnswer Ask(MessageHandler handler, string name, IReadOnlyList<Payload> arguments,
        IReadOnlyDictionary<string, string>? headers)
    {
        object?[] decoded;
        try
        {
            decoded = handler.Decode(name, arguments, Settings.Converter);
        }
        catch (UnfitArguments e)
        {
            return new QueryAnswer(null, QueryProblem.Invalid, e.Message);
        }

        Payload? result = null;
        var outcome = ReadOnly(handler.What, () =>
        {
            // Encoded within the guard: what is returned may compute as it is read.
            var value = IsIntercepted ? InterceptQuery(handler, name, decoded, headers) : handler.Call(_workflow!, decoded);
            result = Settings.Converter.ToPayload(value, handler.ResultType!);
            return null;
        });
        if (outcome.Violation is { } violation) return new QueryAnswer(null, QueryProblem.Changed, violation);
        if (outcome.Failure is { } thrown) return new QueryAnswer(
            null, QueryProblem.Threw, $"The {handler.What} threw {thrown.GetType()}: {thrown.Message}");
        var size = result!.Data.Length;
        return size > Settings.MaximumPayloadBytes
            ? new QueryAnswer(null, QueryProblem.TooLarge, new PayloadTooLarge($"result of {handler.What}", size,
                Settings.MaximumPayloadBytes).Message)
            : new QueryAnswer(result, QueryProblem.None, "");
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct ReadOutcome(object? Value, Exception? Failure, string? Violation);

    private sealed class QueryCall(WorkflowRun run, MessageHandler handler, string name, IReadOnlyList<Payload> arguments,
        IReadOnlyDictionary<string, string>? headers)
    {
        public QueryAnswer? Answer { get; private set; }

        public void Run() => Answer = run.Ask(handler, name, arguments, headers);
    }
}
