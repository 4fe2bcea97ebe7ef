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
    private const int CarriedUpdates = 128;

    private readonly RequestLog _requests = new();
    private readonly List<HandlerMachine> _handlers = [];
    private readonly Dictionary<string, UpdateMachine> _updates = new(StringComparer.Ordinal);
    private readonly List<UpdateMachine> _updateOrder = [];
    private Dictionary<string, MessageHandler>? _dynamicSignals;
    private MessageHandler? _dynamicCatchAll;
    private List<RejectedStimulus>? _rejected;
    private object?[]? _prepared;

    /// <summary>Whether no handler is under way; messages that no handler takes do not count.</summary>
    internal bool AllHandlersFinished => !_handlers.Exists(static h => h.State != HandlerState.Waiting);

    /// <summary>
    /// What a run that continues this one takes over: signals that no handler has begun to handle, in order, and what is needed
    /// to know repeats.
    /// </summary>
    private MessageCarry? CarryMessages()
    {
        var carry = new MessageCarry
        {
            Signals = [.. Undelivered().Select(static h => new CarriedSignal { Name = h.Name, Arguments = h.Arguments })],
            Senders = _requests.Carry(),
            Updates = [.. _updateOrder.Where(static u => u.Completed is not null).TakeLast(CarriedUpdates).Select(static u =>
                new CarriedUpdate
                {
                    UpdateId = u.UpdateId, Name = u.Name, Result = u.Completed!.Result, Failure = u.Completed.Failure,
                })],
        };
        return carry.Signals.Count + carry.Senders.Count + carry.Updates.Count == 0 ? null : carry;
    }

    /// <summary>
    /// Takes over what an earlier run handed on; part of applying <see cref="RunStarted"/>, once the code is queued.
    /// </summary>
    private void AdoptMessages(MessageCarry carry)
    {
        _requests.Adopt(carry.Senders);
        foreach (var update in carry.Updates)
        {
            var machine = AddUpdate(update.UpdateId, update.Name);
            machine.Apply(new UpdateCompleted
            {
                At = _lastEventAt, UpdateId = update.UpdateId, Result = update.Result, Failure = update.Failure,
            });
        }

        foreach (var signal in carry.Signals) Receive(new HandlerMachine(this, signal.Name, signal.Arguments, null), null);
    }

    /// <summary>Code gives a handler: what has waited for it is handled now, in order.</summary>
    internal void OnSignal(string? name, MessageHandler handler)
    {
        if (name is null) _dynamicCatchAll = handler;
        else (_dynamicSignals ??= new Dictionary<string, MessageHandler>(StringComparer.Ordinal))[name] = handler;
        foreach (var waiting in _handlers.ToArray())
            if (waiting.State == HandlerState.Waiting && (name is null || waiting.Name == name))
                Hand(waiting, handler, null, waited: true);
    }

    /// <summary>A handler has ended: what it came to is judged as the end of the run's own code is.</summary>
    internal void OnHandlerFinished(HandlerMachine handler, object? result, Exception? failure)
    {
        if (_stall is not null || IsClosed) return;
        _handlers.Remove(handler);
        if (handler.Update is { } update) CompleteUpdate(update, handler.Handler, result, failure);
        else if (failure is not null && !IsCancellation(failure)) _code = Task.FromException<object?>(failure);
    }

    /// <summary>What became of an update; null where its id is not known. Durable between turns only.</summary>
    public UpdateState? FindUpdate(string updateId) => _updates.TryGetValue(updateId, out var machine)
        ? new UpdateState(machine.UpdateId, machine.Name, machine.Completed) : null;

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

        Happen(new SignalReceived
        {
            At = TurnTime, Name = s.Name, Arguments = s.Arguments, Request = s.Request, Sender = s.Sender,
        });
    }

    private void TakeUpdate(UpdateRun s)
    {
        if (_updates.ContainsKey(s.UpdateId)) return;
        if (IsDelayed)
        {
            Reject(s, RejectionKind.UpdateRejected,
                $"The run's start is delayed: its code, which judges the update '{s.Name}', has not begun. Send it again then.");
            return;
        }

        if (!_definition!.Handlers.Updates.TryGetValue(s.Name, out var handler))
        {
            Reject(s, RejectionKind.UpdateRejected, $"Workflow '{Started.WorkflowType}' has no update '{s.Name}'; it has: "
                + $"{HandlerTable.Shown(_definition.Handlers.Updates)}.");
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

        if (handler.Validator is { } validator && !Passes(s, validator))
        {
            _prepared = null;
            return;
        }

        Happen(new UpdateAccepted { At = TurnTime, UpdateId = s.UpdateId, Name = s.Name, Arguments = s.Arguments });
    }

    private bool Passes(UpdateRun s, MessageHandler validator)
    {
        var arguments = _prepared!;
        var outcome = ReadOnly(validator.What, () => validator.Call(_workflow!, arguments));
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
        Receive(new HandlerMachine(this, e.Name, e.Arguments, null), TakePrepared());
    }

    private void ApplyUpdateAccepted(UpdateAccepted e)
    {
        var machine = AddUpdate(e.UpdateId, e.Name);
        var handler = new HandlerMachine(this, e.Name, e.Arguments, machine);
        var prepared = TakePrepared();
        if (_definition!.Handlers.Updates.TryGetValue(e.Name, out var found))
        {
            _handlers.Add(handler);
            Hand(handler, found, prepared);
            return;
        }

        _stall ??= new Stall(FaultCodes.Nondeterminism,
            $"The history has the accepted update '{e.Name}' ({e.UpdateId}), and the code as deployed has no such update. Deploy "
            + "code that has it.",
            CommandMatcher.Describe(e), $"updates: {HandlerTable.Shown(_definition.Handlers.Updates)}", _position);
    }

    private void ApplyUpdateCompleted(UpdateCompleted e)
    {
        if (!_updates.TryGetValue(e.UpdateId, out var machine) || machine.Completed is not null)
            throw Corrupt($"event {_position} completes the update '{e.UpdateId}', which is not under way there");
        machine.Apply(e);
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
                AddUpdate(e.UpdateId, e.Name);
                break;
            case UpdateCompleted e when _updates.TryGetValue(e.UpdateId, out var machine):
                machine.Apply(e);
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
        var unfinished = _handlers.Where(static h =>
            h.State is HandlerState.Queued or HandlerState.Running && h.Handler.Unfinished == UnfinishedHandlers.Warn)
            .Select(static h => h.Update is { } update ? $"{h.Handler.What} ({update.UpdateId})" : $"signal '{h.Name}'");
        var unheard = _handlers.Where(h => h.State == HandlerState.Waiting && end is not RunContinuedAsNew)
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
            UpdateRun s => _updates.ContainsKey(s.UpdateId),
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

    private IEnumerable<HandlerMachine> Undelivered() => _handlers.Where(static h =>
        h.Update is null && h.State is HandlerState.Waiting or HandlerState.Queued);

    private object?[]? TakePrepared()
    {
        var prepared = _prepared;
        _prepared = null;
        return prepared;
    }

    private bool IsCancellation(Exception e) => e is Canceled or OperationCanceledException && IsCancelRequested;
}
