namespace Orchestration.OrderFulfillment.Auditing;

/// <summary>Something that must never be.</summary>
/// <param name="Subject">Which order or product.</param>
/// <param name="Rule">Which rule it breaks.</param>
/// <param name="Detail">What was found.</param>
public sealed record Violation(string Subject, string Rule, string Detail);
