using System.Globalization;
using Orchestration.Samples.ExpenseApproval.Workflows;
using Orchestration.Samples.Shared;
using Orchestration.Workflows;

namespace Orchestration.Samples.ExpenseApproval.People;

/// <summary>Puts letters into the post. A letter that is sent again replaces itself: its key is that of the call.</summary>
/// <param name="post">All letters.</param>
public sealed class Mail(FileBook<Letter> post) : IMail
{
    /// <inheritdoc/>
    public Task AskAsync(string approver, Expense expense, string token) =>
        Send(approver, expense, $"May {Describe(expense)}?", token);

    /// <inheritdoc/>
    public Task RemindAsync(string approver, Expense expense, string token) =>
        Send(approver, expense, $"Please answer: may {Describe(expense)}?", token, isReminder: true);

    /// <inheritdoc/>
    public Task TellAsync(Expense expense, Decision decision)
    {
        var who = decision.By is null ? "" : $" by {decision.By}";
        var why = decision.Comment is null ? "" : $": {decision.Comment}";
        return Send(expense.Employee, expense, $"{expense.What}: {decision.Outcome}{who}{why}.", null);
    }

    private static string Describe(Expense expense) => string.Create(
        CultureInfo.InvariantCulture, $"{expense.Employee} have {expense.Amount:N2} for {expense.What}");

    private Task Send(string to, Expense expense, string text, string? token, bool isReminder = false)
    {
        var id = ActivityContext.Current.IdempotencyKey;
        post.Change(id, known => known ?? new Letter(id, to, expense.Id, text, token, isReminder));
        return Task.CompletedTask;
    }
}
