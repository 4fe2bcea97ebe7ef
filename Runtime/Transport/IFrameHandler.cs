using System.Buffers;

namespace Orchestration.Runtime.Transport;

/// <summary>
/// What a connection's owner does with what arrives. Called by the connection's receive loop, one frame at a time.
/// </summary>
internal interface IFrameHandler
{
    /// <summary>
    /// Whether something is awaited of the peer, so that its silence is to be noticed soon. Asked about once a second; must not
    /// block.
    /// </summary>
    bool IsAwaiting => true;

    /// <summary>
    /// Takes a frame. The payload is valid during the call only. Must neither block nor run foreign code. An exception ends the
    /// connection.
    /// </summary>
    void OnFrame(FrameKind kind, in ReadOnlySequence<byte> payload);
}
