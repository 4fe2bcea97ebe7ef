using Orleans.Runtime;

namespace Orchestration.Runtime.Messaging;

/// <summary>
/// Sends calls to other silos. Thread-safe. A simulation puts its own in place of this and of
/// <see cref="Membership.IMembershipPeers"/> where it does not want frames and connections.
/// </summary>
internal interface ISiloPeers
{
    /// <summary>
    /// Sends a call; its outcome, errors of sending included, reaches the request itself. Never throws or blocks.
    /// </summary>
    void Send(SiloAddress silo, Request request);

    /// <summary>Tells the silo that has the call that its caller has cancelled; nothing where the call is not away.</summary>
    void Cancel(Request request);

    /// <summary>The caller no longer waits: an answer need not be matched any more.</summary>
    void Forget(Request request);

    /// <summary>Opens this silo's door for others.</summary>
    Task StartAsync(CancellationToken cancellation);

    /// <summary>Closes all connections once what waits has been sent.</summary>
    Task StopAsync();

    /// <summary>Cuts all connections and closes the door, at once.</summary>
    void CutOff(string reason);
}
