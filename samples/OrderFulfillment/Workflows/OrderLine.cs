namespace Orchestration.OrderFulfillment.Workflows;

/// <summary>One line of an order.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="UnitPrice">The price agreed when the order was placed, which is charged; the product's may differ today.</param>
/// <param name="Quantity">How many units.</param>
/// <param name="Discount">The part of the price that is waived: 0.15 is 15 %.</param>
public sealed record OrderLine(int ProductId, decimal UnitPrice, int Quantity, decimal Discount)
{
    internal long AmountCents() => Order.Cents(UnitPrice * Quantity * (1m - Discount));
}
