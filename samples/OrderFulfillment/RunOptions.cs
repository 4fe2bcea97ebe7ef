namespace Orchestration.OrderFulfillment;

/// <summary>What the command line asks for.</summary>
/// <param name="OrdersFile">Orders to take; null: none.</param>
/// <param name="ProductsFile">Products to take; null: none.</param>
/// <param name="DataDirectory">Where all of it lives.</param>
/// <param name="Seed">The world's luck; null: that of the directory, or 7.</param>
/// <param name="InFlight">How many orders are worked on at once.</param>
/// <param name="Restock">Whether new products open with enough units for all orders.</param>
public sealed record RunOptions(
    string? OrdersFile, string? ProductsFile, string DataDirectory, ulong? Seed, int InFlight, bool Restock);
