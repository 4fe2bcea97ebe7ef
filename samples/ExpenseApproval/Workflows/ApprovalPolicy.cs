namespace Orchestration.Samples.ExpenseApproval.Workflows;

/// <summary>Who is asked, and for how long.</summary>
/// <param name="Approvers">Who is asked, one after the other.</param>
/// <param name="Deadline">How long each has, before the next one is asked.</param>
/// <param name="ReminderEvery">How often each is reminded meanwhile.</param>
public sealed record ApprovalPolicy(IReadOnlyList<string> Approvers, TimeSpan Deadline, TimeSpan ReminderEvery);
