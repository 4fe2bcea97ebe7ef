namespace Orchestration.Runtime.Messaging;

/// <summary>Takes calls that arrive from other processes. Thread-safe.</summary>
internal interface IRequestReceiver
{
    /// <summary>Delivers the call to its grain, or answers it with an error, through its sink. Never throws or blocks.</summary>
    void Receive(Request request);
}
