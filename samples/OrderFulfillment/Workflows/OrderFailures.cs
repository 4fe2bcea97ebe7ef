using Orchestration.Workflows;

namespace Orchestration.OrderFulfillment.Workflows;

/// <summary>
/// The failures that activities raise. Those that another attempt cannot mend are final; all else that goes wrong (a provider
/// that is down, an answer that does not come) is retried, and becomes an order's reason only when the attempts run out.
/// </summary>
public static class OrderFailures
{
    /// <summary>The order asks for what the shop does not sell.</summary>
    public const string Invalid = "order-invalid";

    /// <summary>There are not enough units.</summary>
    public const string OutOfStock = "out-of-stock";

    /// <summary>The customer's bank said no.</summary>
    public const string CardDeclined = "card-declined";

    /// <summary>No carrier goes there.</summary>
    public const string Undeliverable = "undeliverable";

    /// <summary>The step came after its own compensation, and must not take effect any more.</summary>
    public const string AlreadyUndone = "already-undone";

    /// <summary>Retried: the payment provider says that it cannot serve now.</summary>
    public const string ProviderUnavailable = "provider-unavailable";

    /// <summary>Retried: nobody knows what the step did.</summary>
    public const string NoAnswer = "no-answer";

    /// <summary>Retried: the carrier cannot be reached.</summary>
    public const string CarrierUnavailable = "carrier-unavailable";

    /// <summary>Whether a failure of this type means that the shop never took the order on.</summary>
    public static bool MeansRejected(string type) => type is Invalid or OutOfStock;

    internal static ApplicationFailure Final(string type, string message) => new(message, type, nonRetryable: true);
}
