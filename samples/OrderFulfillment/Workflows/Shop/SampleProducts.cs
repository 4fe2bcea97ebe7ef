using System.Text.Json;

namespace Orchestration.OrderFulfillment.Workflows.Shop;

/// <summary>The products that come with the sample, for a shop that nobody has stocked otherwise.</summary>
public static class SampleProducts
{
    /// <summary>Reads them.</summary>
    public static IReadOnlyList<Product> Read()
    {
        var assembly = typeof(SampleProducts).Assembly;
        using var stream = assembly.GetManifestResourceStream("products.jsonl")
            ?? throw new InvalidOperationException("The sample was built without its products.");
        using var reader = new StreamReader(stream);
        var products = new List<Product>();
        while (reader.ReadLine() is { } line)
        {
            var row = JsonSerializer.Deserialize<Row>(line, JsonSerializerOptions.Web)!;
            products.Add(new Product(row.ProductId, row.Name, row.UnitsInStock, row.Discontinued));
        }

        return products;
    }

    private sealed record Row(int ProductId, string Name, long UnitsInStock, bool Discontinued);
}
