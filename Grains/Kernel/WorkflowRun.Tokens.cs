using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Machines;
using Orchestration.Grains.Kernel.Stimuli;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel;

// Tokens: what somebody outside completes.
public sealed partial class WorkflowRun
{
    private MachineTable<TokenMachine> _tokens;

    internal TokenMachine? CreateToken(TokenCreated asked) => Command(asked) ? _tokens[asked.Command] : null;

    internal void RevokeToken(long command)
    {
        if (_tokens.TryGetValue(command, out var machine) && machine.Revoke(CommandTime) is { } asked) Command(asked);
    }

    private void TakeCompletion(CompleteToken s)
    {
        if (!_tokens.TryGetValue(s.Command, out var machine) || !machine.Fits(s.Secret))
            Reject(s, RejectionKind.Invalid, "The run knows no such token.");
        else if (machine.WasCompletedBy(s.Request)) return;
        else if (machine.Complete(s, TurnTime) is { } completed) Happen(completed);
        else Reject(s, RejectionKind.TokenSpent, machine.State == TokenState.Revoked
            ? $"The workflow has taken the token '{machine.Name}' back."
            : $"The token '{machine.Name}' was completed before.");
    }

    private bool IsKnownCompletion(CompleteToken s) =>
        _tokens.TryGetValue(s.Command, out var machine) && machine.WasCompletedBy(s.Request);

    private void ApplyTokenCreated(TokenCreated e)
    {
        NoteCommand(e.Command);
        _tokens.Add(e.Command, new TokenMachine(e));
    }

    private void ApplyTokenEnd(HistoryEvent e)
    {
        var machine = e switch
        {
            TokenCompleted c => Find(_tokens, c.Command, e),
            TokenRevoked r => Find(_tokens, r.Command, e),
            _ => throw new InvalidOperationException($"A token takes no {e.GetType().Name}."),
        };
        if (machine.State != TokenState.Open) throw Corrupt($"event {_position} ends the token {machine.Command} a second time");
        machine.Apply(e);
        switch (e)
        {
            case TokenCompleted { Failure: { } failure }:
                machine.Waiter?.Fail(RecordedFailures.ToException(failure));
                break;
            case TokenCompleted c:
                machine.Waiter?.Complete(c.Result);
                break;
            default:
                machine.Waiter?.Fail(CanceledFailure($"The token '{machine.Name}' was taken back."));
                break;
        }
    }
}
