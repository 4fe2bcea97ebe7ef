using System.Globalization;
using Orchestration.OrderFulfillment.Workflows;
using Orchestration.OrderFulfillment.Workflows.Shop;

namespace Orchestration.Chaos.Load;

/// <summary>Orders of a seed: the same number gives the same order.</summary>
internal sealed class OrderFactory(int seed, IReadOnlyList<Product> products)
{
    private static readonly string[] Cities = ["Aarhus", "Bergen", "Cork", "Dresden", "Evora", "Faro", "Graz", "Helsinki"];

    public Order Make(int number)
    {
        var random = new Random(unchecked((seed * 1_000_003) + number));
        var lines = Enumerable.Range(0, 1 + random.Next(4)).Select(_ => new OrderLine(
            products[random.Next(products.Count)].ProductId, random.Next(200, 9000) / 100m, 1 + random.Next(9),
            random.Next(4) == 0 ? 0.1m : 0m)).ToList();
        var city = Cities[random.Next(Cities.Length)];
        var id = string.Create(CultureInfo.InvariantCulture, $"c{seed}-{number}");
        return new Order(
            id, $"Customer {random.Next(1000)}", random.Next(500, 3000) / 100m,
            new Address(
                $"Customer {random.Next(1000)}", $"{random.Next(1, 200)} Quay", city, null,
                $"{random.Next(1000, 9999)}", "Northland"),
            lines);
    }
}
