namespace Orchestration.Samples.ExpenseApproval.Workflows;

/// <summary>How a request ended: the workflow's result.</summary>
/// <param name="Outcome">How.</param>
/// <param name="By">Who decided; null where nobody did.</param>
/// <param name="Comment">What they said.</param>
public sealed record Decision(Outcome Outcome, string? By = null, string? Comment = null);

/// <summary>How a request ended.</summary>
public enum Outcome
{
    /// <summary>Somebody said yes.</summary>
    Approved,

    /// <summary>Somebody said no.</summary>
    Rejected,

    /// <summary>Nobody answered in time.</summary>
    Expired,

    /// <summary>The employee took it back.</summary>
    Withdrawn,
}
