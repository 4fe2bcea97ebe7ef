using Orchestration.Grains.Kernel.Effects;
using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Machines;
using Orchestration.Grains.Kernel.Messages;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

// Messages: signals and updates, which reach the run's code from outside by name.
public sealed partial class WorkflowRun
{
    private readonly RequestLog _requests = new();
    private readonly List<HandlerMachine> _handlers = [];
    private readonly Dictionary<string, UpdateMachine> _updates = new(StringComparer.Ordinal);
    private readonly List<UpdateMachine> _updateOrder = [];
    private Dictionary<string, MessageHandler>? _dynamicSignals;
    private Dictionary<string, MessageHandler>? _dynamicUpdates;
    private Dictionary<string, MessageHandler>? _dynamicQueries;
    private MessageHandler? _dynamicCatchAll;
    private List<RejectedStimulus>? _rejected;
    private object?[]? _prepared;

    /// <summary>Whether no handler is under way; messages that no handler takes do not count.</summary>
    internal bool AllHandlersFinished => !_handlers.Exists(static h => h.State != HandlerState.Waiting);

    /// <summary>Code gives a handler: what has waited for it is handled now, in order.</summary>
    internal void OnSignal(string? name, MessageHandler handler)
    {
        if (name is null) _dynamicCatchAll = handler;
        else (_dynamicSignals ??= new Dictionary<string, MessageHandler>(StringComparer.Ordinal))[name] = handler;
        foreach (var waiting in _handlers.ToArray())
            if (waiting.State == HandlerState.Waiting && (name is null || waiting.Name == name))
                Hand(waiting, handler, null, waited: true);
    }

    /// <summary>Code gives an update's handler, for those that come from now on.</summary>
    internal void OnUpdate(string name, MessageHandler handler) =>
        (_dynamicUpdates ??= new Dictionary<string, MessageHandler>(StringComparer.Ordinal))[name] = handler;

    /// <summary>Code gives a query's handler.</summary>
    internal void OnQuery(string name, MessageHandler handler) =>
        (_dynamicQueries ??= new Dictionary<string, MessageHandler>(StringComparer.Ordinal))[name] = handler;

    /// <summary>A handler has ended: what it came to is judged as the end of the run's own code is.</summary>
    internal void OnHandlerFinished(HandlerMachine handler, object? result, Exception? failure)
    {
        if (_stall is not null || IsClosed) return;
        _handlers.Remove(handler);
        if (handler.Update is { } update) CompleteUpdate(update, handler.Handler, result, failure);
        else if (failure is not null && !IsCancellation(failure)) _code = Task.FromException<object?>(failure);
    }

    private void TakeSignal(SignalRun s)
    {
        if (_requests.Knows(s.Request, s.Sender)) return;
        if (FindSignal(s.Name) is { } handler)
        {
            // Decoded once: what cannot be handled is refused before anything is written.
            try
            {
                _prepared = handler.Decode(s.Name, s.Arguments, Settings.Converter);
            }
            catch (UnfitArguments e)
            {
                Reject(s, RejectionKind.Invalid, e.Message);
                return;
            }
        }
        else if (UndecodableOf(s.Arguments) is { } problem)
        {
            Reject(s, RejectionKind.Invalid, problem);
            return;
        }

        Happen(new SignalReceived
        {
            At = TurnTime, Name = s.Name, Arguments = s.Arguments, Request = s.Request, Sender = s.Sender, Headers = s.Headers,
        });
    }

    // What no handler judges yet is held all the same to what a codec can read: else it would stall the run once there is one.
    private string? UndecodableOf(IReadOnlyList<Payload> arguments)
    {
        foreach (var argument in arguments)
        {
            if (!argument.IsEncoded) continue;
            try
            {
                if (Settings.Converter.FromPayload(argument, typeof(Payload)) is Payload { IsEncoded: true } still)
                    return PayloadUndecodable.NoCodec(still.Encoding).Message;
            }
            catch (Exception e) when (e is PayloadUndecodable or PayloadConversionFailed)
            {
                return e.Message;
            }
        }

        return null;
    }

    private void TakeUpdate(UpdateRun s)
    {
        if (MayHaveTaken(s.UpdateId)) return;
        if (IsDelayed)
        {
            Reject(s, RejectionKind.UpdateRejected,
                $"The run's start is delayed: its code, which judges the update '{s.Name}', has not begun. Send it again then.");
            return;
        }

        if (FindUpdateHandler(s.Name) is not { } handler)
        {
            Reject(s, RejectionKind.UpdateRejected, $"Workflow '{Started.WorkflowType}' has no update '{s.Name}'; it has: "
                + $"{HandlerTable.Shown(_definition!.Handlers.Updates)}.");
            return;
        }

        try
        {
            _prepared = handler.Decode(s.Name, s.Arguments, Settings.Converter);
        }
        catch (UnfitArguments e)
        {
            Reject(s, RejectionKind.UpdateRejected, e.Message);
            return;
        }

        if ((handler.Validator is not null || IsIntercepted) && !Passes(s, handler))
        {
            _prepared = null;
            return;
        }

        Happen(new UpdateAccepted
        {
            At = TurnTime, UpdateId = s.UpdateId, Name = s.Name, Arguments = s.Arguments, Request = s.Request,
            Headers = s.Headers,
        });
    }

    private bool Passes(UpdateRun s, MessageHandler handler)
    {
        var arguments = _prepared!;
        Volatile.Write(ref _judging, s);
        var outcome = ReadOnly(handler.Validator?.What ?? $"validation of update '{s.Name}'", () =>
        {
            if (IsIntercepted) InterceptValidation(s, handler, arguments);
            else handler.Validator!.Call(_workflow!, arguments);
            return null;
        });
        Volatile.Write(ref _judging, null);
        if (outcome.Violation is { } violation)
        {
            Reject(s, RejectionKind.UpdateRejected, violation);
            return false;
        }

        if (outcome.Failure is not { } thrown) return true;
        var failure = FailureRecorder.Of(thrown, Settings.Converter);
        Reject(s, RejectionKind.UpdateRejected, thrown is RecordedFailure
            ? $"Update '{s.Name}' was rejected: {failure.Message}"
            : $"Update '{s.Name}' was rejected by its validator, which threw {failure.Type}: {failure.Message}", failure);
        return false;
    }

    private void ApplyMessage(HistoryEvent happened)
    {
        switch (happened)
        {
            case SignalReceived e:
                ApplySignal(e);
                break;
            case UpdateAccepted e:
                ApplyUpdateAccepted(e);
                break;
            case UpdateCompleted e:
                ApplyUpdateCompleted(e);
                break;
            case TokenCreated e:
                ApplyTokenCreated(e);
                break;
            default:
                ApplyTokenEnd(happened);
                break;
        }
    }

    private void ApplySignal(SignalReceived e)
    {
        _requests.Note(e.Request, e.Sender, e.At);
        Receive(new HandlerMachine(this, e.Name, e.Arguments, null) { Headers = e.Headers }, TakePrepared());
    }

    private void ApplyUpdateAccepted(UpdateAccepted e)
    {
        _requests.Note(e.Request, null, e.At);
        var machine = AddUpdate(e.UpdateId, e.Name);
        var handler = new HandlerMachine(this, e.Name, e.Arguments, machine) { Headers = e.Headers };
        var prepared = TakePrepared();
        if (FindUpdateHandler(e.Name) is { } found)
        {
            _handlers.Add(handler);
            Hand(handler, found, prepared);
            return;
        }

        _stall ??= new Stall(FaultCodes.Nondeterminism,
            $"The history has the accepted update '{e.Name}' ({e.UpdateId}), and the code as deployed has no such update. Deploy "
            + "code that has it.",
            CommandMatcher.Describe(e), $"updates: {HandlerTable.Shown(_definition!.Handlers.Updates)}", _position);
    }

    private void ApplyUpdateCompleted(UpdateCompleted e)
    {
        if (!_updates.TryGetValue(e.UpdateId, out var machine) || machine.IsCompleted)
            throw Corrupt($"event {_position} completes the update '{e.UpdateId}', which is not under way there");
        Finish(machine, e);
    }

    /// <summary>A message that a stalled run's code does not come to: that it was taken, and what it came to, stays
    /// known.</summary>
    private void NoteMessage(HistoryEvent skipped)
    {
        switch (skipped)
        {
            case SignalReceived e:
                _requests.Note(e.Request, e.Sender, e.At);
                break;
            case UpdateAccepted e when !_updates.ContainsKey(e.UpdateId):
                _requests.Note(e.Request, null, e.At);
                AddUpdate(e.UpdateId, e.Name);
                break;
            case UpdateCompleted e when _updates.TryGetValue(e.UpdateId, out var machine):
                Finish(machine, e);
                break;
        }
    }

    private UpdateMachine AddUpdate(string id, string name)
    {
        var machine = new UpdateMachine(id, name);
        if (!_updates.TryAdd(id, machine)) throw Corrupt($"event {_position} accepts the update '{id}' a second time");
        _updateOrder.Add(machine);
        return machine;
    }

    private void Receive(HandlerMachine signal, object?[]? prepared)
    {
        _handlers.Add(signal);
        if (FindSignal(signal.Name) is { } handler) Hand(signal, handler, prepared);
    }

    private void Hand(HandlerMachine message, MessageHandler handler, object?[]? decoded, bool waited = false)
    {
        try
        {
            decoded ??= handler.Decode(message.Name, message.Arguments, Settings.Converter);
        }
        catch (UnfitArguments e) when (e.InnerException is PayloadUndecodable undecodable)
        {
            StallOnCodec(undecodable); // it could be read when it came
            return;
        }
        catch (UnfitArguments e)
        {
            if (waited)
            {
                // Nobody could judge it when it came, and what anybody may send must not hold up the run.
                _handlers.Remove(message);
                Warn(new UnreadSignal(message.Name, e.Message));
                return;
            }

            StallOn(FaultCodes.UnreadableInput,
                $"A recorded message cannot be read by the code as deployed: {e.Message} Deploy code that can read it.");
            return;
        }

        message.Queue(handler, decoded);
        if (!IsDelayed) Begin(message);
    }

    /// <summary>Has a handler begin once the code before it has come to rest.</summary>
    private void Begin(HandlerMachine handler) => _scheduler.Run(static m =>
    {
        var handler = (HandlerMachine)m!;
        handler.Begin(handler.Run._workflow!, handler.Run._scheduler);
    }, handler);

    private void CompleteUpdate(UpdateMachine update, MessageHandler handler, object? result, Exception? failure)
    {
        Payload? encoded = null;
        try
        {
            if (failure is null)
            {
                encoded = handler.ResultType is { } type ? Settings.Converter.ToPayload(result, type) : Payload.Null;
                if (encoded.Data.Length > Settings.MaximumPayloadBytes) throw new PayloadTooLarge(
                    $"result of {handler.What}", encoded.Data.Length, Settings.MaximumPayloadBytes);
            }
        }
        catch (Exception e) when (e is PayloadConversionFailed or PayloadTooLarge)
        {
            (encoded, failure) = (null, new ApplicationFailure(e.Message, e.GetType().Name, inner: e));
        }

        if (failure is not null && failure is not RecordedFailure && !IsCancellation(failure)
            && Settings.FailsRun?.Invoke(failure) != true)
        {
            _code = Task.FromException<object?>(failure);
            return;
        }

        var recorded = failure is null ? null : FailureRecorder.Of(failure, Settings.Converter);
        if (update.Complete(encoded, recorded, CommandTime) is { } completed) Command(completed);
    }

    /// <summary>Handlers whose tasks have ended finish before the run's end does, whichever was noticed first.</summary>
    private void EndFinishedHandlers()
    {
        for (var i = 0; i < _handlers.Count; i++)
        {
            if (!_handlers[i].HasEnded) continue;
            _handlers[i].End();
            i = -1;
        }
    }

    private void WarnOfUnfinished(HistoryEvent end)
    {
        if (_handlers.Count == 0 || end is RunTerminated) return;
        var goesOn = end is RunContinuedAsNew; // the next run takes the signals that no handler has begun to handle
        var unfinished = _handlers.Where(h => (h.State == HandlerState.Running || (h.State == HandlerState.Queued && !goesOn))
            && h.Handler.Unfinished == UnfinishedHandlers.Warn)
            .Select(static h => h.Update is { } update ? $"{h.Handler.What} ({update.UpdateId})" : $"signal '{h.Name}'");
        var unheard = _handlers.Where(h => h.State == HandlerState.Waiting && !goesOn)
            .Select(static h => $"signal '{h.Name}'");
        var warning = new UnfinishedMessages([.. unfinished], [.. unheard]);
        if (warning.Handlers.Count > 0 || warning.Unhandled.Count > 0) _effects.Add(warning);
    }

    private void Warn(Effect warning)
    {
        if (!IsReplaying) _effects.Add(warning);
    }

    private void Reject(Stimulus stimulus, RejectionKind kind, string message, FailureInfo? failure = null) =>
        (_rejected ??= []).Add(new RejectedStimulus(stimulus, kind, message, failure));

    /// <summary>
    /// What came after the run's end. A message is acknowledged where it is known; the run that continues this one takes what is
    /// for the instance; what nobody will take, its sender is told of.
    /// </summary>
    private void TakeLate(Stimulus stimulus)
    {
        var isMessage = stimulus is SignalRun or UpdateRun or CompleteToken;
        var isKnown = stimulus switch
        {
            SignalRun s => _requests.Knows(s.Request, s.Sender),
            UpdateRun s => MayHaveTaken(s.UpdateId),
            CompleteToken s => IsKnownCompletion(s),
            _ => false,
        };
        if (isKnown) return;
        if (isMessage && !(stimulus.IsForInstance && ClosingEvent is RunContinuedAsNew))
            Reject(stimulus, RejectionKind.Closed, $"The run has ended ({_machine.Status}).");
        else (_late ??= []).Add(stimulus);
    }

    private MessageHandler? FindSignal(string name)
    {
        if (_dynamicSignals?.TryGetValue(name, out var dynamic) == true) return dynamic;
        if (_definition is { } definition && definition.Handlers.Signals.TryGetValue(name, out var handler)) return handler;
        return _dynamicCatchAll ?? _definition?.Handlers.CatchAll;
    }

    private MessageHandler? FindUpdateHandler(string name) =>
        _dynamicUpdates?.TryGetValue(name, out var dynamic) == true ? dynamic
        : _definition is { } definition && definition.Handlers.Updates.TryGetValue(name, out var handler) ? handler : null;

    private object?[]? TakePrepared()
    {
        var prepared = _prepared;
        _prepared = null;
        return prepared;
    }

    private bool IsCancellation(Exception e) => e is Canceled or OperationCanceledException && IsCancelRequested;
}
