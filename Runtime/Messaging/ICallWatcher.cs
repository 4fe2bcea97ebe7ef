namespace Orchestration.Runtime.Messaging;

/// <summary>Watches the calls of a caller, so that a test environment knows when its caller does nothing but wait.</summary>
internal interface ICallWatcher
{
    /// <summary>A call is about to be sent.</summary>
    void Began(Request request);

    /// <summary>A call's outcome is settled, and its caller about to hear of it. May come twice.</summary>
    void Ended(Request request);
}
