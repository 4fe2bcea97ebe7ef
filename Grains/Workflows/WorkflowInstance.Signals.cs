using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Messages;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Workflows.Starts;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows;

// Signals and tokens: messages that are answered by their commit.
internal sealed partial class WorkflowInstance
{
    private const int MaximumSignalsACall = 1000;

    private EarlierRuns? _earlier; // most instances have one run

    private EarlierRuns Earlier => _earlier ??= new EarlierRuns(_services.Reader, _key, _services.Clock, _services.Log);

    /// <summary>Signals the run; all signals of a call go into the inbox together and are answered once they are
    /// durable.</summary>
    public async Task<SignalReply> SignalAsync(SignalRequest request)
    {
        if (CheckSignals(request) is { } bad) return new SignalReply(bad, null, Guid.Empty);
        await EnsureKnownAsync();
        if (LatestRun is not { } latest)
            return new SignalReply(Unknown(request.Signals[0].RunId), null, Guid.Empty);
        var signals = request.Signals;
        var faults = new Fault?[signals.Length];
        var stimuli = new SignalRun?[signals.Length];
        for (var i = 0; i < signals.Length; i++)
        {
            if (signals[i].RunId is { } wanted && wanted != latest.Value)
                faults[i] = await JudgeOlderAsync(wanted, ToStimulus(request.Client, signals[i]), request.IsRepeat);
            else if (PayloadFault(signals[i].Arguments, $"arguments of signal '{signals[i].Name}'") is { } tooLarge)
                faults[i] = tooLarge;
            else stimuli[i] = ToStimulus(request.Client, signals[i]);
        }

        if (await PostMessagesAsync(stimuli, faults, request.IsRepeat) is { } fault)
            return new SignalReply(fault, null, latest.Value);
        return new SignalReply(null, Array.TrueForAll(faults, static f => f is null) ? null : faults, latest.Value);
    }

    /// <summary>
    /// Signals the open run, or starts one whose first commit has the signal; so does one that takes an open run's place.
    /// </summary>
    public async Task<StartReply> SignalWithStartAsync(SignalWithStartRequest request)
    {
        if (CheckSignals(request.Signal) is { } bad) return new StartReply { Fault = bad };
        var signal = request.Signal.Signals[0];
        if (PayloadFault(signal.Arguments, $"arguments of signal '{signal.Name}'") is { } tooLarge)
            return new StartReply { Fault = tooLarge };
        return await WithStartAsync(
            request.Start,
            ToStimulus(request.Signal.Client, signal),
            request.Signal.IsRepeat,
            () => SendAsync(request.Signal),
            static reply => reply.Fault,
            static fault => new StartReply { Fault = fault },
            async (started, entry) =>
            {
                // Not in the first commit where an earlier try made the run, nor where the run's first step was its last: then it
                // is for the run that follows, or for nobody. One that took another's place has it already, and knows it.
                if (entry.IsTaken && await entry.Done == InboxOutcome.Committed) return started;
                var sent = await SendAsync(request.Signal with { IsRepeat = true });
                return sent.Fault is null ? started : sent;
            });

        async Task<StartReply> SendAsync(SignalRequest signals)
        {
            var reply = await SignalAsync(signals);
            return new StartReply { Fault = reply.Fault ?? reply.Faults?[0], RunId = reply.RunId };
        }
    }

    /// <summary>Completes or rejects a token; answers once that is durable.</summary>
    public async Task<ControlReply> CompleteTokenAsync(CompleteTokenRequest request)
    {
        await EnsureKnownAsync();
        if (PayloadFault(request.Result is { } result ? [result] : [], "token's answer") is { } tooLarge)
            return new ControlReply(tooLarge, request.RunId, default);
        var stimulus = new CompleteToken(request.Command, request.Secret, request.Result, request.Failure,
            new RequestId(request.Request.Client, request.Request.Number));
        if (LatestRun is not { } latest || latest.Value != request.RunId)
            return new ControlReply(await JudgeOlderAsync(request.RunId, stimulus, isRepeat: true), request.RunId, default);
        var faults = new Fault?[1];
        var fault = await PostMessagesAsync([stimulus], faults, isRepeat: true) ?? faults[0];
        return new ControlReply(fault, latest.Value, _closed?.Record.Summary.Status ?? WorkflowStatus.Running);
    }

    /// <summary>
    /// Puts messages into the inbox and waits for their commit; what was not taken leaves its fault at the message's place.
    /// </summary>
    /// <returns>Why none of them was looked at, or that it is unknown what became of them.</returns>
    private async Task<Fault?> PostMessagesAsync(Stimulus?[] stimuli, Fault?[] faults, bool isRepeat)
    {
        if (_closed is null && await EnsureOpenAsync(_services.Suspects.IsEarly) is { } fault) return fault;
        if (_closed is { } closed)
        {
            return await KnowsLatestAsync()
                ? await JudgeLateAsync(closed.Record, stimuli, faults, isRepeat) : WorkflowFaults.Moving;
        }

        if (_open is { } open && MessageLife.MayFollowOthers(open, Now))
        {
            if (await DropTakenAsync(stimuli, isRepeat) is { } damaged) return damaged;
            if (_open != open) return WorkflowFaults.Moving;
        }

        var entries = new InboxEntry?[stimuli.Length];
        InboxEntry? last = null;
        for (var i = stimuli.Length - 1; i >= 0; i--)
        {
            // The inbox keeps its order: when the last is answered, all are.
            if (stimuli[i] is not { } stimulus) continue;
            entries[i] = new InboxEntry(stimulus, awaited: last is null);
            last ??= entries[i];
        }

        if (last is null) return null;
        foreach (var entry in entries)
            if (entry is not null) Enqueue(entry);
        BeginTurns();
        await last.Done;
        Fault? whole = null;
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i] is not { } entry) continue;
            switch (entry.Outcome)
            {
                case InboxOutcome.NotOwner:
                    whole = WorkflowFaults.Moving;
                    break;
                case InboxOutcome.Stalled:
                    faults[i] = WorkflowFaults.Stalled(_open?.Run.Stall?.Message ?? "its code does not fit.");
                    break;
                case InboxOutcome.Closed:
                    faults[i] = ClosedFault();
                    break;
                case InboxOutcome.Rejected:
                    faults[i] = FaultOf(entry.Rejection!);
                    break;
            }
        }

        return whole;
    }

    /// <summary>Which run that has ended took a message: of those before the open one, or of the last ones.</summary>
    private ValueTask<(RunId? Run, Fault? Fault)> FindTakenAsync(Stimulus message, bool isRepeat) =>
        Earlier.FindTakenAsync(message, isRepeat, _closed?.Record.Key.RunId, _open?.Run);

    /// <summary>
    /// Messages to a run that has ended: those that it took before are acknowledged. Not only repeats: one may come twice, and
    /// the copy that is late speaks for the one whose answer was lost.
    /// </summary>
    private async Task<Fault?> JudgeLateAsync(RunRecord closed, Stimulus?[] stimuli, Fault?[] faults, bool isRepeat)
    {
        for (var i = 0; i < stimuli.Length; i++)
        {
            if (stimuli[i] is not { } stimulus || faults[i] is not null) continue;
            var (run, damaged) = !isRepeat && !MessageLife.MayHaveReached(closed, Now) ? default
                : stimulus.IsForInstance ? await FindTakenAsync(stimulus, isRepeat)
                : await Earlier.FindTakenAsync(stimulus, isRepeat, closed.Key.RunId, open: null, alone: true);
            if (damaged is not null) return damaged;
            if (run is null) faults[i] = WorkflowFaults.Closed(_key, closed.Key.RunId, closed.Summary.Status);
        }

        return null;
    }

    /// <summary>Messages that a run took which has ended are acknowledged, and not taken by the one that is open.</summary>
    private async Task<Fault?> DropTakenAsync(Stimulus?[] stimuli, bool isRepeat)
    {
        for (var i = 0; i < stimuli.Length; i++)
        {
            if (stimuli[i] is not { } stimulus) continue;
            var (run, damaged) = await FindTakenAsync(stimulus, isRepeat);
            if (damaged is not null) return damaged;
            if (run is not null) stimuli[i] = null;
        }

        return null;
    }

    private Fault FaultOf(RejectedStimulus rejected) => rejected.Kind switch
    {
        RejectionKind.Closed => ClosedFault(),
        RejectionKind.UpdateRejected => WorkflowFaults.UpdateRejected(rejected.Message, rejected.Failure),
        RejectionKind.TokenSpent => WorkflowFaults.TokenSpent(rejected.Message),
        _ => WorkflowFaults.Invalid(rejected.Message),
    };

    private Fault ClosedFault() => _closed is { } closed
        ? WorkflowFaults.Closed(_key, closed.Record.Key.RunId, closed.Record.Summary.Status) : WorkflowFaults.Moving;

    /// <summary>
    /// A message to a run before the latest one: one that it took then is acknowledged, where it is sent again.
    /// </summary>
    private async Task<Fault?> JudgeOlderAsync(Guid run, Stimulus stimulus, bool isRepeat)
    {
        if (await _services.Reader.FindAsync(_key, new RunId(run)) is not { } older) return WorkflowFaults.NotFound(_key, run);
        // A later run than this activation knows of: whoever writes it has to say.
        if (older.Summary.ClosedAt is null) return WorkflowFaults.Moving;
        var faults = new Fault?[1];
        return await JudgeLateAsync(older, [stimulus], faults, isRepeat) ?? faults[0];
    }

    private static Fault? CheckSignals(SignalRequest request)
    {
        if (request.Signals.Length is 0 or > MaximumSignalsACall)
            return WorkflowFaults.Invalid($"1 to {MaximumSignalsACall} signals go in one call, not {request.Signals.Length}.");
        foreach (var signal in request.Signals)
        {
            if (signal.Number < 1) return WorkflowFaults.Invalid($"Requests are numbered from 1; {signal.Number} was given.");
            if (Identifiers.Problem(signal.Name, HandlerNames.MaximumLength) is { } problem)
                return WorkflowFaults.Invalid($"'{signal.Name}' is no signal name: {problem}");
            if (StartChecks.HeaderProblem(signal.Headers) is { } bad) return WorkflowFaults.Invalid(bad);
        }

        return null;
    }

    private Fault? PayloadFault(Payload[] payloads, string what)
    {
        var size = 0L;
        foreach (var payload in payloads) size += payload.Data.Length;
        return size > _services.Options.MaximumPayloadBytes
            ? WorkflowFaults.TooLarge(what, size, _services.Options.MaximumPayloadBytes) : null;
    }

    private static SignalRun ToStimulus(Guid client, SignalItem signal) =>
        new(signal.Name, signal.Arguments, new RequestId(client, signal.Number), null)
        {
            IsBound = signal.RunId is not null, Headers = signal.Headers is { Count: > 0 } ? signal.Headers : null,
        };
}
