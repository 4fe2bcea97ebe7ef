using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Machines;
using Orchestration.Grains.Kernel.Stimuli;

namespace Orchestration.Grains.Kernel;

// Messages: what reaches the run's code from outside by name.
public sealed partial class WorkflowRun
{
    private readonly RequestLog _requests = new();
    private readonly List<SignalReceived> _undelivered = [];

    /// <summary>
    /// What a run that continues this one takes over: signals that no handler has taken, and what is needed to know repeats.
    /// </summary>
    internal MessageCarry CarryMessages() => new()
    {
        Signals = [.. _undelivered.Select(static s => new CarriedSignal { Name = s.Name, Arguments = s.Arguments })],
        Senders = _requests.Carry(),
    };

    /// <summary>Takes over what an earlier run handed on; part of applying <see cref="RunStarted"/>, once the code is
    /// queued.</summary>
    internal void AdoptMessages(MessageCarry carry)
    {
        _requests.Adopt(carry.Senders);
    }

    private void TakeSignal(SignalRun s)
    {
        if (!_requests.Knows(s.Request, s.Sender))
        {
            Happen(new SignalReceived
            {
                At = TurnTime, Name = s.Name, Arguments = s.Arguments, Request = s.Request, Sender = s.Sender,
            });
        }
    }

    private void ApplySignal(SignalReceived e)
    {
        _requests.Note(e.Request, e.Sender, e.At);
        _undelivered.Add(e);
    }
}
