namespace Orchestration.Samples.ExpenseApproval.Workflows;

/// <summary>The activities by which the workflow writes to people.</summary>
public interface IMail
{
    /// <summary>Asks an approver. Whoever has the token can answer, once.</summary>
    Task AskAsync(string approver, Expense expense, string token);

    /// <summary>Asks again.</summary>
    Task RemindAsync(string approver, Expense expense, string token);

    /// <summary>Tells the employee.</summary>
    Task TellAsync(Expense expense, Decision decision);
}
