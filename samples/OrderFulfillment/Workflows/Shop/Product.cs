namespace Orchestration.OrderFulfillment.Workflows.Shop;

/// <summary>What the shop sells.</summary>
/// <param name="ProductId">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Units">How many units are on the shelf when the shop opens.</param>
/// <param name="Discontinued">Whether it is not sold any more.</param>
public sealed record Product(int ProductId, string Name, long Units, bool Discontinued);
