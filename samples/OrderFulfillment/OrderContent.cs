using System.Text.Json;
using Orchestration.OrderFulfillment.Workflows;

namespace Orchestration.OrderFulfillment;

/// <summary>Orders as the order book keeps them. Equal orders have equal content.</summary>
internal static class OrderContent
{
    public static string Write(Order order) => JsonSerializer.Serialize(order, JsonSerializerOptions.Web);

    public static Order Read(string content) => JsonSerializer.Deserialize<Order>(content, JsonSerializerOptions.Web)
        ?? throw new InvalidDataException("The order book has an empty entry.");
}
