using System.Text.Json;
using Orchestration.OrderFulfillment.Workflows.Shop;

namespace Orchestration.OrderFulfillment.Input;

/// <summary>Reads products, one JSON object a line.</summary>
public static class ProductReader
{
    /// <summary>Reads what can be read; the rest is reported.</summary>
    public static List<Product> Read(Stream stream, string file, Action<InputProblem> report)
    {
        var lines = new Dictionary<int, int>();
        return [.. JsonLines.Read(stream, file, (line, number) =>
        {
            var product = ReadOne(line);
            if (!lines.TryAdd(product.ProductId, number))
                throw new BadLine($"productId {product.ProductId} stands in line {lines[product.ProductId]} already");
            return product;
        }, report)];
    }

    private static Product ReadOne(JsonElement line)
    {
        var id = (int)line.Integer("productId", 1, int.MaxValue);
        var name = line.Text("name");
        line.OptionalText("quantityPerUnit");

        // The catalogue's price of today is not what an order pays, but a product without one is a broken line all the same.
        line.Decimal("unitPrice", 0, InputLimits.Price);
        return new Product(id, name, line.Integer("unitsInStock", 0, InputLimits.Stock), line.Flag("discontinued"));
    }
}
