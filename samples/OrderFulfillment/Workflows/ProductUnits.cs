namespace Orchestration.OrderFulfillment.Workflows;

/// <summary>A number of units of one product.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Units">How many.</param>
public readonly record struct ProductUnits(int ProductId, long Units);
