using Microsoft.Extensions.Hosting;

namespace Orchestration.OrderFulfillment.Workflows.Shop;

/// <summary>Stocks the shop when the host starts; products that it has already are left as they are.</summary>
internal sealed class ShopOpening(ShopDatabase shop, IReadOnlyList<Product> products) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => shop.StockAsync(products);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
