namespace Orchestration.Samples.ExpenseApproval.People;

/// <summary>A letter in somebody's box.</summary>
/// <param name="Id">Its key: a letter that is sent again is the same one.</param>
/// <param name="To">Whose.</param>
/// <param name="ExpenseId">The expense it is about.</param>
/// <param name="Text">What it says.</param>
/// <param name="Token">What to answer with; null: it asks nothing.</param>
/// <param name="IsReminder">Whether they were asked before.</param>
public sealed record Letter(string Id, string To, string ExpenseId, string Text, string? Token, bool IsReminder);
