namespace Orchestration.Runtime.Peers;

/// <summary>A silo answered, and will have nothing to do with this one, or this one with it.</summary>
internal sealed class PeerRefusedException(string message, bool forGood, bool hasLeft = false) : Exception(message)
{
    /// <summary>Whether it is only that one of the two has left the cluster.</summary>
    public bool HasLeft { get; } = hasLeft;

    /// <summary>Whether trying again is of no use.</summary>
    public bool ForGood { get; } = forGood;
}
