namespace Orchestration.OrderFulfillment.Workflows;

/// <summary>An order as a customer placed it: the workflow's input.</summary>
/// <param name="OrderId">The shop's number for it. The workflow's id and every idempotency key derive from it.</param>
/// <param name="Customer">Who ordered.</param>
/// <param name="Freight">What shipping costs, in the shop's currency.</param>
/// <param name="ShipTo">Where it goes.</param>
/// <param name="Lines">What was ordered; a product may stand in several lines.</param>
public sealed record Order(string OrderId, string Customer, decimal Freight, Address ShipTo, IReadOnlyList<OrderLine> Lines)
{
    /// <summary>
    /// What the customer pays, in cents: the agreed price of each line less its discount, rounded to cents by line, and freight.
    /// </summary>
    public long TotalCents() => Lines.Sum(static line => line.AmountCents()) + Cents(Freight);

    /// <summary>How many units of each product the order takes, in the order of product ids.</summary>
    public IReadOnlyList<ProductUnits> Units() =>
    [
        .. Lines.GroupBy(static line => line.ProductId)
            .Select(static product => new ProductUnits(product.Key, product.Sum(static line => (long)line.Quantity)))
            .OrderBy(static product => product.ProductId),
    ];

    internal static long Cents(decimal amount) => (long)Math.Round(amount * 100m, MidpointRounding.AwayFromZero);
}
