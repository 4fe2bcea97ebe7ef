namespace Orchestration.Runtime.Peers;

/// <summary>What connections between silos need beyond their addresses.</summary>
internal sealed class PeerOptions
{
    /// <summary>The configuration key of <see cref="ClusterSecret"/>.</summary>
    public const string ClusterSecretKey = "Orchestration:Peers:ClusterSecret";

    /// <summary>
    /// What all silos of a cluster know and no other. It never crosses the wire: each side proves that it knows it. Empty where
    /// the network is trusted.
    /// </summary>
    public string ClusterSecret { get; set; } = "";

    /// <summary>After a connection could not be made, calls to that silo fail at once for this long.</summary>
    public TimeSpan PauseAfterFailure { get; set; } = TimeSpan.FromMilliseconds(100);
}
