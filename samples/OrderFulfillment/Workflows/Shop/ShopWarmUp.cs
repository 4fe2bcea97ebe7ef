using Microsoft.Extensions.Hosting;
using Orchestration.OrderFulfillment.Workflows.Payments;
using Orchestration.Workflows;

namespace Orchestration.OrderFulfillment.Workflows.Shop;

/// <summary>
/// Goes the ways that activities go once before the silo takes orders: the first query, the first request and the first answer of
/// a process take a hundred times as long as later ones, and the orders of a silo that joins others would all wait for them.
/// </summary>
internal sealed class ShopWarmUp(ShopDatabase shop, PaymentClient payments) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        shop.Sells([0]);
        try
        {
            await payments.ChargeAsync("warm-up", new ChargeRequest("", 0), attempt: 1, cancellationToken);
        }
        catch (ApplicationFailure)
        {
            // Nobody can be charged nothing, as the provider says; and if it cannot be reached, the activities will say so.
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
