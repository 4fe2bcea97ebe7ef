using Orchestration.OrderFulfillment.Input;
using Orchestration.OrderFulfillment.Workflows.Shop;

namespace Orchestration.OrderFulfillment.Running;

/// <summary>
/// Takes products and orders from files into the shop's books. Safe to repeat: what is there already stays as it is.
/// </summary>
/// <param name="shop">The books.</param>
/// <param name="problems">Hears of lines that cannot be used.</param>
public sealed class Intake(ShopDatabase shop, InputProblems problems)
{
    private const int Batch = 500;

    /// <summary>Puts the file's products on the shelves, and enters its orders in the order book.</summary>
    /// <param name="ordersFile">The orders.</param>
    /// <param name="productsFile">The products.</param>
    /// <param name="restock">Whether new products open with enough units for all of the file's orders.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    public async Task TakeAsync(string ordersFile, string productsFile, bool restock, CancellationToken cancellationToken)
    {
        var products = ReadProducts(productsFile);
        var known = products.Select(static product => product.ProductId).ToHashSet();
        if (restock) products = Restocked(products, Demand(ordersFile, known));
        await shop.StockAsync(products);

        using var stream = File.OpenRead(ordersFile);
        var name = Path.GetFileName(ordersFile);
        foreach (var batch in new OrderReader(known.Contains, problems.Add).Read(stream, name).Chunk(Batch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var content = Array.ConvertAll(batch, static entry => (entry.Order.OrderId, OrderContent.Write(entry.Order)));
            var standing = await shop.EnterAsync(content);
            for (var i = 0; i < batch.Length; i++)
                if (standing[i] != content[i].Item2)
                    problems.Add(new InputProblem(
                        name, batch[i].Line,
                        $"orderId \"{batch[i].Order.OrderId}\" was taken by an earlier run with other content, which stands"));
        }
    }

    private List<Product> ReadProducts(string file)
    {
        using var stream = File.OpenRead(file);
        return ProductReader.Read(stream, Path.GetFileName(file), problems.Add);
    }

    private static Dictionary<int, long> Demand(string ordersFile, HashSet<int> known)
    {
        using var stream = File.OpenRead(ordersFile);
        return new OrderReader(known.Contains, static _ => { }).Read(stream, ordersFile)
            .SelectMany(static entry => entry.Order.Lines)
            .GroupBy(static line => line.ProductId)
            .ToDictionary(static product => product.Key, static product => product.Sum(static line => (long)line.Quantity));
    }

    private static List<Product> Restocked(List<Product> products, Dictionary<int, long> demand) => products.ConvertAll(product =>
        product.Discontinued
            ? product
            : product with { Units = Math.Max(product.Units, demand.GetValueOrDefault(product.ProductId)) });
}
