using Orchestration.Grains.Kernel.History;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Effects;

/// <summary>I/O to be carried out once the turn's events are durable, and not before.</summary>
public abstract record Effect;

/// <summary>Hands an attempt to its host.</summary>
public sealed record DispatchActivity(
    long Command, int Attempt, string Host, string ActivityType, IReadOnlyList<Payload> Arguments, ActivitySettings Settings,
    DateTimeOffset ScheduledAt) : Effect
{
    /// <summary>Whether it goes to the silo where the run is, whatever <see cref="Host"/> says.</summary>
    public bool IsLocal { get; init; }

    /// <summary>The first attempt whose heartbeat details count.</summary>
    public int DetailsFrom { get; init; }

    /// <summary>What the caller sends along for interceptors.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}

/// <summary>Tells a running attempt to end.</summary>
public sealed record CancelActivity(long Command, int Attempt, string Host, ActivityCancellationReason Reason) : Effect
{
    /// <summary>Whether it runs on the silo where the run is.</summary>
    public bool IsLocal { get; init; }
}

/// <summary>The run has ended with messages that were not handled to their end: somebody should look.</summary>
/// <param name="Handlers">Handlers that had not finished.</param>
/// <param name="Unhandled">Signals that no handler had taken.</param>
public sealed record UnfinishedMessages(IReadOnlyList<string> Handlers, IReadOnlyList<string> Unhandled) : Effect;

/// <summary>A signal that waited for its handler cannot be read by it, and was dropped.</summary>
/// <param name="Signal">The signal's name.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record UnreadSignal(string Signal, string Problem) : Effect;

/// <summary>The run is closed: callers that wait for its result are answered.</summary>
public sealed record AnnounceClosed : Effect
{
    /// <summary>The only one.</summary>
    public static AnnounceClosed Instance { get; } = new();
}

/// <summary>Sends a message to another run, and repeats it until it is answered.</summary>
public sealed record SendMessage(RunMessage Message) : Effect;
