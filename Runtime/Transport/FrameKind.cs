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

    /// <summary>Between silos: asks whether the silo lives; number and membership version.</summary>
    Probe = 7,

    /// <summary>Between silos: answers a <see cref="Probe"/> or <see cref="ProbeOther"/>; number, version, outcome.</summary>
    ProbeAnswer = 8,

    /// <summary>Between silos: asks for a probe of a third silo; number, version, that silo.</summary>
    ProbeOther = 9,

    /// <summary>Between silos: the membership has reached this version.</summary>
    News = 10,
}
