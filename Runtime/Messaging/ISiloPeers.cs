using Orleans.Runtime;

namespace Orchestration.Runtime.Messaging;

/// <summary>Sends calls to other silos. Thread-safe.</summary>
internal interface ISiloPeers
{
    /// <summary>
    /// Sends a call; its outcome, errors of sending included, reaches the request itself. Never throws or blocks.
    /// </summary>
    void Send(SiloAddress silo, Request request);
}
