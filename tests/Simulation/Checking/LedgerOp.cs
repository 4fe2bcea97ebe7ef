namespace Orchestration.Simulation.Checking;

/// <summary>One thing that a client did to a ledger, and what it saw of it.</summary>
/// <param name="entry">What it adds; null where it reads.</param>
/// <param name="invoked">When it was sent first, in the world's time.</param>
internal sealed class LedgerOp(string? entry, long invoked)
{
    public string? Entry => entry;

    public long Invoked => invoked;

    /// <summary>When it was answered; null where it never was.</summary>
    public long? Answered { get; set; }

    /// <summary>Whether it was refused, since the ledger was closed.</summary>
    public bool IsRefused { get; set; }

    /// <summary>The place that an update was told.</summary>
    public int? Place { get; set; }

    /// <summary>What a query read.</summary>
    public string[]? Read { get; set; }

    /// <summary>Whether the query asked for what is so now.</summary>
    public bool IsConsistent { get; set; }

    public bool IsAcknowledged => Answered is not null && !IsRefused;
}
