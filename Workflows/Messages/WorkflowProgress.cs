namespace Orchestration.Workflows;

/// <summary>How far a run has come, by its own account.</summary>
/// <param name="Done">How much is done, in a unit of the workflow's choice.</param>
/// <param name="Total">How much there is in all; null where that is not known.</param>
/// <param name="Message">What it is at, in words.</param>
public sealed record WorkflowProgress(double Done, double? Total, string? Message)
{
    /// <summary>The share that is done, 0 to 1; null where the total is not known.</summary>
    public double? Fraction => Total is > 0 ? Math.Clamp(Done / Total.Value, 0, 1) : null;
}
