namespace Orchestration.Runtime.Peers;

/// <summary>A silo answered, and will have nothing to do with this one, or this one with it.</summary>
internal sealed class PeerRefusedException(string message, bool forGood) : Exception(message)
{
    /// <summary>Whether trying again is of no use.</summary>
    public bool ForGood { get; } = forGood;
}
