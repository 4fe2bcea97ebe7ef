using System.Globalization;
using Orchestration.Workflows;

namespace Orchestration.Samples.LoyaltyAccount;

/// <summary>
/// A customer's points: an entity that lives for years and takes messages without end. A history must not grow with it: when the
/// engine says that it has grown enough, the run continues as a new one, to which it hands its state. Messages that come
/// meanwhile are handled by the new run, in their order.
/// </summary>
[Workflow("loyalty-account")]
public sealed class Account : Workflow<AccountState, AccountState>
{
    private AccountState _state = AccountState.New;
    private bool _closing;

    /// <summary>How the account stands.</summary>
    [Query]
    public AccountState State => _state;

    /// <summary>Points for a purchase. Nobody waits for an answer: a signal.</summary>
    [Signal]
    public void Earn(string till, long receipt, long points) => _state = _state.Take(till, receipt, points);

    /// <summary>Points for a voucher. The customer waits for it, and may not have enough points: an update.</summary>
    /// <returns>The voucher's number.</returns>
    [Update]
    public string Redeem(string till, long receipt, long points)
    {
        _state = _state.Take(till, receipt, -points);
        return string.Create(CultureInfo.InvariantCulture, $"V-{till}-{receipt}");
    }

    /// <summary>Says no before anything is recorded.</summary>
    [UpdateValidator(nameof(Redeem))]
    public void CanRedeem(string till, long receipt, long points)
    {
        if (points <= 0) throw new ApplicationFailure("A voucher costs points.", "not-positive");
        if (points > _state.Balance)
            throw new ApplicationFailure($"There are {_state.Balance} points; {points} were asked for.", "not-enough");
    }

    /// <summary>Ends the account: its state is the workflow's result.</summary>
    [Signal]
    public void Close() => _closing = true;

    /// <inheritdoc/>
    public override async Task<AccountState> RunAsync(AccountState carried)
    {
        _state = carried;
        await Context.WhenAsync(() => _closing || Context.ShouldContinueAsNew);

        // Handlers that await something would be abandoned: these do not, but it is well to be in the habit.
        await Context.WhenAsync(() => Context.AllHandlersFinished);
        if (_closing) return _state;
        throw Context.ContinueAsNew(_state with { Run = _state.Run + 1 });
    }
}
