using System.Text.Json.Serialization;

namespace Orchestration.OrderFulfillment.Workflows.Payments;

/// <summary>What the provider decided about a charge.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChargeState>))]
public enum ChargeState
{
    /// <summary>The customer was charged.</summary>
    Charged,

    /// <summary>The customer's bank said no.</summary>
    Declined,

    /// <summary>It was voided before it was made, or refunded since.</summary>
    Voided,

    /// <summary>The idempotency key was used before, for another order or amount.</summary>
    Mismatched,
}
