namespace Orleans.Messaging;

/// <summary>Tells a client where the cluster's gateways are.</summary>
public interface IGatewayListProvider
{
    /// <summary>How old the list may become before it is asked for again; ignored unless <see cref="IsUpdatable"/>.</summary>
    TimeSpan MaxStaleness { get; }

    /// <summary>Whether the list may change.</summary>
    bool IsUpdatable { get; }

    /// <summary>Called once, before the first <see cref="GetGateways"/>.</summary>
    Task InitializeGatewayListProvider();

    /// <summary>The gateways, as <c>gwy.tcp://address:port/generation</c>.</summary>
    Task<IList<Uri>> GetGateways();
}
