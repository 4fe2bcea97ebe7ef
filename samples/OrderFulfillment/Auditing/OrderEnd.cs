using Orchestration.OrderFulfillment.Workflows;
using Orchestration.Workflows;

namespace Orchestration.OrderFulfillment.Auditing;

/// <summary>How an order's workflow ended, as the engine says.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Status">How the run ended.</param>
/// <param name="Result">Its output, when it completed.</param>
/// <param name="Error">What it ended with, when it did not.</param>
public sealed record OrderEnd(string OrderId, WorkflowStatus Status, OrderResult? Result, string? Error = null);
