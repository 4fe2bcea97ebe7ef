namespace Orchestration.Runtime.Messaging;

/// <summary>Brings calls to their grains: within the silo, or through a connection. Thread-safe.</summary>
internal interface IRequestRouter
{
    /// <summary>
    /// Sends a call; its outcome, errors of sending included, reaches the request itself. Never throws or blocks.
    /// </summary>
    void Send(Request request);

    /// <summary>The caller has cancelled: tells the callee, which may be done already.</summary>
    void Cancel(Request request);

    /// <summary>The caller no longer waits (time-out or cancellation): an answer need not be matched any more.</summary>
    void Forget(Request request);
}
