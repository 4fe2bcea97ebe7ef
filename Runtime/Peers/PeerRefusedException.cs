namespace Orchestration.Runtime.Peers;

/// <summary>A silo answered, and will have nothing to do with this one, or this one with it.</summary>
internal sealed class PeerRefusedException(string message, bool forGood, bool hasLeft = false) : Exception(message)
{
    /// <summary>Whether it is only that one of the two has left the cluster.</summary>
    public bool HasLeft { get; } = hasLeft;

    /// <summary>Whether it was the very silo that was meant, of that generation, which refused.</summary>
    public bool IsThere { get; init; }

    /// <summary>Whether another one answered in its place.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>Whether trying again is of no use.</summary>
    public bool ForGood { get; } = forGood;
}
