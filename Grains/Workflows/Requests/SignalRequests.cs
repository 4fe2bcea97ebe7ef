using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Interfaces.Wire;
using Orchestration.Grains.Interfaces.Workflows;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Grains.Workflows.Starts;
using Orchestration.Grains.Workflows.Turns;
using Orchestration.Workflows;

namespace Orchestration.Grains.Workflows.Requests;

/// <summary>Signals and tokens: messages that are answered by their commit (invariant 1), and taken once (invariant 8).</summary>
internal sealed class SignalRequests(IInstance instance, WorkflowServices services)
{
    private const int MaximumSignalsACall = 1000;

    private readonly MessageInbox _messages = new(instance, services);

    /// <summary>Signals the run; all signals of a call go into the inbox together and are answered once they are
    /// durable.</summary>
    public async Task<SignalReply> SignalAsync(SignalRequest request)
    {
        if (CheckSignals(request) is { } bad) return new SignalReply(bad, null, Guid.Empty);
        await instance.EnsureKnownAsync();
        if (instance.LatestRun is not { } latest)
            return new SignalReply(instance.Unknown(request.Signals[0].RunId), null, Guid.Empty);
        var signals = request.Signals;
        var faults = new Fault?[signals.Length];
        var stimuli = new SignalRun?[signals.Length];
        for (var i = 0; i < signals.Length; i++)
        {
            if (signals[i].RunId is { } wanted && wanted != latest.Value)
                faults[i] = await _messages.JudgeOlderAsync(wanted, ToStimulus(request.Client, signals[i]), request.IsRepeat);
            else if (TooLarge(signals[i]) is { } tooLarge)
                faults[i] = tooLarge;
            else stimuli[i] = ToStimulus(request.Client, signals[i]);
        }

        if (await _messages.PostAsync(stimuli, faults, request.IsRepeat) is { } fault)
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
        if (TooLarge(signal) is { } tooLarge) return new StartReply { Fault = tooLarge };
        return await new MessageWithStart(instance, services).SendAsync(
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
        await instance.EnsureKnownAsync();
        Payload[] answer = request.Result is { } result ? [result] : [];
        if (RequestFaults.TooLarge(services.Options, answer, "token's answer") is { } tooLarge)
            return new ControlReply(tooLarge, request.RunId, default);
        var stimulus = new CompleteToken(request.Command, request.Secret, request.Result, request.Failure,
            new RequestId(request.Request.Client, request.Request.Number));
        if (instance.LatestRun is not { } latest || latest.Value != request.RunId)
        {
            var older = await _messages.JudgeOlderAsync(request.RunId, stimulus, isRepeat: true);
            return new ControlReply(older, request.RunId, default);
        }

        var faults = new Fault?[1];
        var fault = await _messages.PostAsync([stimulus], faults, isRepeat: true) ?? faults[0];
        return new ControlReply(fault, latest.Value, instance.Closed?.Record.Summary.Status ?? WorkflowStatus.Running);
    }

    private Fault? TooLarge(SignalItem signal) =>
        RequestFaults.TooLarge(services.Options, signal.Arguments, $"arguments of signal '{signal.Name}'");

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

    private static SignalRun ToStimulus(Guid client, SignalItem signal) =>
        new(signal.Name, signal.Arguments, new RequestId(client, signal.Number), null)
        {
            IsBound = signal.RunId is not null, Headers = signal.Headers is { Count: > 0 } ? signal.Headers : null,
        };
}
