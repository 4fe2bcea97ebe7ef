namespace Orchestration.Samples.ExpenseApproval.Workflows;

/// <summary>The workflow's input.</summary>
public sealed record ApprovalRequest(Expense Expense, ApprovalPolicy Policy);
