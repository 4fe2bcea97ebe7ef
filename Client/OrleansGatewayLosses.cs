#if ORLEANS
using Orleans;

namespace Orchestration.Client;

/// <summary>
/// Hears from Orleans' client that a gateway is gone. Orleans itself leaves the calls that were under way to it to their time
/// limit.
/// </summary>
internal sealed class OrleansGatewayLosses(GatewayLosses losses) : IClusterConnectionStatusObserver
{
    /// <inheritdoc/>
    public void NotifyGatewayCountChanged(int currentNumberOfGateways, int previousNumberOfGateways, bool connectionRecovered)
    {
        if (currentNumberOfGateways < previousNumberOfGateways) losses.Report();
    }

    /// <inheritdoc/>
    /// <remarks>The loss of the last gateway is told by the count too.</remarks>
    public void NotifyClusterConnectionLost()
    {
    }
}
#endif
