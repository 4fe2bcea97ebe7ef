namespace Orchestration.Runtime.Transport;

/// <summary>Limits and times of connections between clients and silos.</summary>
internal sealed class TransportOptions
{
    /// <summary>The longest frame in bytes, in either direction; a longer one ends the connection.</summary>
    public int MaxFrameBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long a peer may take to say who it is, and a gateway to answer.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>After this long without a byte from the peer it is asked for one.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The same where nothing is awaited of the peer: just often enough that what stands between does not forget the connection.
    /// A silo is connected with all others, and must not have more to do the more of them there are.
    /// </summary>
    public TimeSpan IdleKeepAliveInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// After this long without a byte from the peer, or without one going out that should, the connection is given up. Little
    /// more than it takes the cluster to declare a silo dead: a client of a gateway that is frozen or cut off hears of that by
    /// its silence alone, and what it asked waits until then.
    /// </summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// With more than this many bytes waiting to be sent, nothing further is taken in from the peer or from callers.
    /// </summary>
    public int SendHighWater { get; set; } = 1024 * 1024;

    /// <summary>With more than this many bytes waiting to be sent, the peer does not read: the connection is given up.</summary>
    public int SendLimit { get; set; } = 256 * 1024 * 1024;

    /// <summary>How many calls of one connection a silo has open at once; further ones are rejected as too many.</summary>
    public int MaxOpenCalls { get; set; } = 250_000;
}
