namespace Orchestration.OrderFulfillment.Workflows.Payments;

/// <summary>The provider's decision about a charge, the same for every repetition of a request.</summary>
/// <param name="State">What was decided.</param>
/// <param name="ChargeId">The charge, where one was made.</param>
public sealed record ChargeReply(ChargeState State, string? ChargeId);
