namespace Orchestration.Samples.ExpenseApproval.Workflows;

/// <summary>Where a request stands, as its query shows it.</summary>
/// <param name="Approver">Who is asked; null once it is decided.</param>
/// <param name="Until">Until when they have time.</param>
/// <param name="Reminders">How often they were reminded.</param>
public sealed record ApprovalState(string? Approver, DateTimeOffset Until, int Reminders);
