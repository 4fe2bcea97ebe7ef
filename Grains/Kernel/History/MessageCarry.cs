using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.History;

/// <summary>
/// What a run hands to the run that continues it: signals that no handler has taken, in order, and what is needed to know
/// repeats.
/// </summary>
public sealed record MessageCarry
{
    /// <summary>Nothing to hand on.</summary>
    public static MessageCarry Empty { get; } = new();

    /// <summary>Signals that no handler has taken, in the order in which they came.</summary>
    public IReadOnlyList<CarriedSignal> Signals { get; init; } = [];

    /// <summary>Which requests were taken already, sender by sender.</summary>
    public IReadOnlyList<SenderRecord> Senders { get; init; } = [];

    /// <summary>The latest updates' outcomes, in the order of their ends.</summary>
    public IReadOnlyList<CarriedUpdate> Updates { get; init; } = [];

    /// <summary>
    /// Updates before those, which are known and not carried out again: of each id the first 8 bytes of its SHA-256 hash, oldest
    /// first. Their outcomes stand in the histories of the runs before.
    /// </summary>
    public ReadOnlyMemory<byte> OlderUpdates { get; init; }
}

/// <summary>A signal on its way into the next run. Its repeats are known by <see cref="MessageCarry.Senders"/>.</summary>
public sealed record CarriedSignal
{
    /// <summary>The signal's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its arguments.</summary>
    public required IReadOnlyList<Payload> Arguments { get; init; }

    /// <summary>What its sender sent along.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}

/// <summary>An update that has its outcome.</summary>
public sealed record CarriedUpdate
{
    /// <summary>Its id.</summary>
    public required string UpdateId { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its result.</summary>
    public Payload? Result { get; init; }

    /// <summary>Why it failed; of one whose handler had not finished, that its run ended.</summary>
    public FailureInfo? Failure { get; init; }
}

/// <summary>Which requests of one sender were taken.</summary>
public sealed record SenderRecord
{
    /// <summary>The client, or the sending run.</summary>
    public required Guid Sender { get; init; }

    /// <summary>Whether it is a run; such are remembered with a larger window.</summary>
    public bool IsRun { get; init; }

    /// <summary>Numbers up to this one are not told apart any more: all of them count as taken.</summary>
    public long Floor { get; init; }

    /// <summary>The numbers above it that were taken, rising.</summary>
    public required IReadOnlyList<long> Taken { get; init; }

    /// <summary>When the last one came.</summary>
    public required DateTimeOffset LastAt { get; init; }
}
