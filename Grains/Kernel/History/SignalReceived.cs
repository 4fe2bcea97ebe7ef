using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.History;

/// <summary>A signal reached the run. It waits, in order, where no handler takes it yet.</summary>
public sealed record SignalReceived : HistoryEvent
{
    /// <summary>The signal's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its arguments, in order.</summary>
    public required IReadOnlyList<Payload> Arguments { get; init; }

    /// <summary>The client request that sent it.</summary>
    public RequestId? Request { get; init; }

    /// <summary>The run that sent it.</summary>
    public MessageSource? Sender { get; init; }

    /// <summary>What its sender sent along.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
