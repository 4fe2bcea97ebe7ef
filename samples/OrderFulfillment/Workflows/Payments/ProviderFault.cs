namespace Orchestration.OrderFulfillment.Workflows.Payments;

/// <summary>How a request to the payment provider goes wrong.</summary>
public enum ProviderFault
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>503 with Retry-After: nothing was done.</summary>
    Unavailable,

    /// <summary>The connection drops; nothing was done.</summary>
    DroppedBefore,

    /// <summary>500, though the request was carried out.</summary>
    ErrorAfter,

    /// <summary>The connection drops; the request was carried out.</summary>
    DroppedAfter,

    /// <summary>The request was carried out, and the answer comes after the client has given up waiting.</summary>
    LateAfter,
}
