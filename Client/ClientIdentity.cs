using Orchestration.Grains.Interfaces.Wire;

namespace Orchestration.Client;

/// <summary>
/// Who this process is to the workflows it calls, and the numbers of its requests. One a process, since workflows remember the
/// highest number of each sender.
/// </summary>
internal static class ClientIdentity
{
    private static long _number;

    /// <summary>The process's random id.</summary>
    public static Guid Id { get; } = Guid.NewGuid();

    /// <summary>A number for a new request, or the caller's own key of it; its repeats carry the same.</summary>
    public static ClientRequest Next() => RequestKey.Request ?? new(Id, Interlocked.Increment(ref _number));
}
