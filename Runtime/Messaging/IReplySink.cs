namespace Orchestration.Runtime.Messaging;

/// <summary>Takes the outcome of a call that came from another process.</summary>
internal interface IReplySink
{
    /// <summary>
    /// Called once, in the grain's turn: encodes the result (or <see cref="Request.Exception"/>) before it returns, and never
    /// blocks.
    /// </summary>
    void Reply(Request request);
}
