namespace Orchestration.Grains.Storage;

/// <summary>One turn to be made durable: atomic and conditional.</summary>
public sealed class AppendRequest
{
    /// <summary>The run.</summary>
    public required StoreKey Key { get; init; }

    /// <summary>
    /// The store's own handle of the run, as the run's earlier append or read returned it; 0 where none is known. Spares a
    /// look-up.
    /// </summary>
    public long Handle { get; init; }

    /// <summary>
    /// How many events the history must have for the append to take place; 0 starts the run and needs a <see cref="Header"/>.
    /// </summary>
    public required long ExpectedSequence { get; init; }

    /// <summary>The turn. A repeat with the same turn id at the same sequence is a success and writes nothing.</summary>
    public required TurnId TurnId { get; init; }

    /// <summary>How many events the body holds, at least one.</summary>
    public required int EventCount { get; init; }

    /// <summary>The format key of the body.</summary>
    public required byte Format { get; init; }

    /// <summary>The events. The store does not keep the memory after the call has ended.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>What is fixed for the run; only with the first append.</summary>
    public RunHeader? Header { get; init; }

    /// <summary>The new summary; null where it does not change. Required with the first append.</summary>
    public RunSummary? Summary { get; init; }

    /// <summary>What the run's count of suspect wakes is set to; null where it stays as it is.</summary>
    public int? Wakes { get; init; }
}
