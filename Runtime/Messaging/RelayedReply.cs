namespace Orchestration.Runtime.Messaging;

/// <summary>
/// The way back of a call that came over one connection and was passed on over another, which knows it by a number of its own.
/// </summary>
internal sealed class RelayedReply(IReplySink origin, long originalId, ISiloPeers peers) : IReplySink
{
    public void Reply(Request request)
    {
        request.Id = originalId;
        origin.Reply(request);
    }

    /// <summary>Passes the caller's cancellation on.</summary>
    public void Cancel(Request request) => peers.Cancel(request);
}
