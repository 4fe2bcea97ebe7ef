using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orchestration.OrderFulfillment.Workflows.Activities;
using Orchestration.OrderFulfillment.Workflows.Payments;
using Orchestration.OrderFulfillment.Workflows.Shipping;
using Orchestration.OrderFulfillment.Workflows.Shop;

namespace Orchestration.OrderFulfillment.Workflows;

/// <summary>Puts the shop, its payment provider and its carrier into a host.</summary>
public static class OrderFulfillmentServices
{
    /// <summary>The activity classes, for the silo that is to host them beside <see cref="FulfillOrder"/>.</summary>
    public static IReadOnlyList<Type> ActivityTypes { get; } =
        [typeof(StockActivities), typeof(PaymentActivities), typeof(ShippingActivities)];

    /// <summary>The file of the shop's books in a data directory.</summary>
    public static string ShopPath(string dataDirectory) => Path.Combine(dataDirectory, "shop.db");

    /// <summary>The file of the provider's ledger in a data directory.</summary>
    public static string LedgerPath(string dataDirectory) => Path.Combine(dataDirectory, "payments.db");

    /// <summary>Adds what the activities need. The payment provider starts and stops with the host.</summary>
    public static IServiceCollection AddOrderFulfillment(
        this IServiceCollection services, Action<OrderFulfillmentOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = new OrderFulfillmentOptions();
        configure?.Invoke(options);
        Directory.CreateDirectory(options.DataDirectory);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => new ShopDatabase(ShopPath(options.DataDirectory)));
        if (options.OpeningStock.Count > 0)
            services.AddSingleton<IHostedService>(provider =>
                new ShopOpening(provider.GetRequiredService<ShopDatabase>(), options.OpeningStock));
        services.AddSingleton(new Carrier(options.Seed));
        services.AddSingleton(new PaymentProviderOptions(LedgerPath(options.DataDirectory), options.Seed));
        services.AddSingleton<PaymentProvider>();
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<PaymentProvider>());

        // The silo may wake orders of an earlier process before the provider listens: their requests wait for its address.
        services.AddSingleton(static provider =>
        {
            var payments = provider.GetRequiredService<PaymentProvider>();
            return new PaymentClient(() => payments.Address);
        });
        services.AddSingleton<IHostedService, ShopWarmUp>();
        return services;
    }
}
