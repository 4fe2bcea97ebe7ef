using Orchestration.OrderFulfillment.Workflows.Shop;

namespace Orchestration.OrderFulfillment.Workflows;

/// <summary>Where the shop lives, and its luck.</summary>
public sealed class OrderFulfillmentOptions
{
    /// <summary>
    /// The folder of the shop's books (<c>shop.db</c>) and the provider's ledger (<c>payments.db</c>); made where there is none.
    /// </summary>
    public string DataDirectory { get; set; } = "data/shop";

    /// <summary>Products that the shop is given when it starts, unless it has them; none: whoever runs it stocks it.</summary>
    public IReadOnlyList<Product> OpeningStock { get; set; } = [];

    /// <summary>Decides which cards are declined, which places are undeliverable and what fails on the way.</summary>
    public ulong Seed { get; set; } = 7;
}
