namespace Orchestration.Samples.ExpenseApproval.Workflows;

/// <summary>What somebody wants to be paid back.</summary>
/// <param name="Id">Its number; the workflow's id derives from it.</param>
/// <param name="Employee">Who.</param>
/// <param name="What">What for.</param>
/// <param name="Amount">How much.</param>
public sealed record Expense(string Id, string Employee, string What, decimal Amount);
