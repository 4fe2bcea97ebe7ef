namespace Orchestration.Samples.ExpenseApproval.Workflows;

/// <summary>What an approver says: what completes their token.</summary>
public sealed record Answer(bool Approved, string? Comment = null);
