using System.Text.Json.Serialization;

namespace Orchestration.OrderFulfillment.Workflows;

/// <summary>How an order ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OrderOutcome>))]
public enum OrderOutcome
{
    /// <summary>Paid and shipped.</summary>
    Shipped,

    /// <summary>Charging or shipping failed for good; the stock went back and what was paid was refunded.</summary>
    Compensated,

    /// <summary>The shop could not take it: it is not valid, or a product is out of stock. Nothing was charged.</summary>
    Rejected,
}
