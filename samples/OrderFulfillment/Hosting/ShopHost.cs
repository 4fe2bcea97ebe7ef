using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestration.Client;
using Orchestration.Grains.Hosting;
using Orchestration.OrderFulfillment.Workflows;
using Orchestration.Storage.Sqlite;
using Orleans.Hosting;

namespace Orchestration.OrderFulfillment.Hosting;

/// <summary>
/// The whole of it in one process: the silo with its history store, the workflow, the activities, and the world they live in.
/// </summary>
internal static class ShopHost
{
    public static IHost Build(string dataDirectory, ulong seed)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.Error);

        // What keeps the host from starting is said in one line by the command.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Logging.AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<ConsoleLifetimeOptions>(static console => console.SuppressStatusMessages = true);

        // What the activities need: the shop's books, the carrier, and the payment provider.
        builder.Services.AddOrderFulfillment(shop =>
        {
            shop.DataDirectory = dataDirectory;
            shop.Seed = seed;
        });

        // The engine: histories in one SQLite file, and a silo that hosts the workflow and its activities. Nobody calls it from
        // outside, so it needs no gateway.
        builder.Services.AddSqliteStorage(store => store.Path = Path.Combine(dataDirectory, "history.db"));
        builder.UseOrleans(static silo => silo
            .UseLocalhostClustering(gatewayPort: 0)
            .UseStoreReminders()
            .AddOrchestration(static hosted =>
            {
                hosted.AddWorkflow<FulfillOrder>();
                hosted.ActivityTypes.UnionWith(OrderFulfillmentServices.ActivityTypes);
            }));
        builder.Services.AddOrchestrationClient();
        return builder.Build();
    }
}
