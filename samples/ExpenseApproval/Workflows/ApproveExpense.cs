using Orchestration.Workflows;

namespace Orchestration.Samples.ExpenseApproval.Workflows;

/// <summary>
/// A request that waits for people: each approver gets a token to answer with, is reminded, and has until a deadline; then the
/// next one is asked. It may wait for weeks: waiting costs nothing, and no restart is noticed.
/// </summary>
[Workflow("approve-expense")]
public sealed class ApproveExpense : Workflow<ApprovalRequest, Decision>
{
    private ApprovalState _state = new(null, default, 0);
    private Decision? _withdrawn;

    /// <summary>Where the request stands.</summary>
    [Query]
    public ApprovalState State => _state;

    /// <summary>The employee takes the request back.</summary>
    [Update]
    public void Withdraw(string reason) => _withdrawn = new Decision(Outcome.Withdrawn, Comment: reason);

    /// <summary>A request can be taken back while somebody is asked.</summary>
    [UpdateValidator(nameof(Withdraw))]
    public void CanWithdraw(string reason)
    {
        if (_withdrawn is not null) throw new ApplicationFailure("It was withdrawn before.", "withdrawn");
        if (_state.Approver is null) throw new ApplicationFailure("It is decided.", "decided");
    }

    /// <inheritdoc/>
    public override async Task<Decision> RunAsync(ApprovalRequest request)
    {
        var mail = Context.Activities<IMail>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
        var decision = await DecideAsync(mail, request);
        _state = new ApprovalState(null, Context.UtcNow, 0);
        await mail.TellAsync(request.Expense, decision);
        return decision;
    }

    private async Task<Decision> DecideAsync(IMail mail, ApprovalRequest request)
    {
        foreach (var approver in request.Policy.Approvers)
            if (await AskAsync(mail, approver, request) is { } decision) return decision;
        return new Decision(Outcome.Expired);
    }

    /// <summary>Asks one approver.</summary>
    /// <returns>The decision; null where none came in time.</returns>
    private async Task<Decision?> AskAsync(IMail mail, string approver, ApprovalRequest request)
    {
        var (expense, policy) = (request.Expense, request.Policy);
        var token = Context.CreateToken<Answer>(approver);
        var until = Context.UtcNow + policy.Deadline;
        _state = new ApprovalState(approver, until, 0);
        await mail.AskAsync(approver, expense, token.Token);

        while (true)
        {
            var left = until - Context.UtcNow;
            var wait = left < policy.ReminderEvery ? left : policy.ReminderEvery;
            await Context.WhenAsync(() => token.Result.IsCompleted || _withdrawn is not null, wait);

            // An answer counts even if it came with the deadline.
            if (token.Result.IsCompleted)
            {
                var answer = await token.Result;
                return new Decision(answer.Approved ? Outcome.Approved : Outcome.Rejected, approver, answer.Comment);
            }

            if (_withdrawn is not null || Context.UtcNow >= until)
            {
                // From now on their answer comes too late, and whoever sends it is told so.
                token.Revoke();
                return _withdrawn;
            }

            _state = _state with { Reminders = _state.Reminders + 1 };
            await mail.RemindAsync(approver, expense, token.Token);
        }
    }
}
