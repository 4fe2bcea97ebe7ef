using Orchestration.OrderFulfillment.Workflows;

namespace Orchestration.Samples.Tests.OrderFulfillment;

/// <summary>Orders for tests.</summary>
internal static class Orders
{
    public static readonly Address Somewhere = new("The Copper Ladle", "1 Quayside", "Port Ellis", null, null, "Norvania");

    public static Order Of(string orderId, params (int Product, int Quantity)[] lines) => new(
        orderId,
        "The Copper Ladle",
        5m,
        Somewhere,
        [.. lines.Select(static line => new OrderLine(line.Product, 10m, line.Quantity, 0m))]);
}
