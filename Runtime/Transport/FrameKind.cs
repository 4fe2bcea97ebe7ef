namespace Orchestration.Runtime.Transport;

/// <summary>What a frame carries: the byte behind its length.</summary>
internal enum FrameKind : byte
{
    /// <summary>A call: id, flags, method, grain, arguments.</summary>
    Request = 1,

    /// <summary>The outcome of a call: id, status, result or exception.</summary>
    Response = 2,

    /// <summary>The caller of the call with this id has given up.</summary>
    Cancel = 3,

    /// <summary>Asks for a <see cref="Pong"/>, after silence.</summary>
    Ping = 4,

    /// <summary>Answers a <see cref="Ping"/>.</summary>
    Pong = 5,

    /// <summary>The sender takes no new calls on this connection, answers those it has, and then closes it.</summary>
    Goodbye = 6,
}
