using Orchestration.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Activities;

/// <summary>
/// Attempts on one silo that workers outside the cluster carry out; the key is the silo's address with its generation, as the
/// host's.
/// </summary>
[Alias("orchestration.remote-work")]
public interface IRemoteWorkGrain : IGrainWithStringKey
{
    /// <summary>Gives an attempt of a queue to a worker, under a lease; null where none waits.</summary>
    [Alias("take")]
    Task<RemoteTask?> TakeAsync(string queue, string worker);

    /// <summary>Says that an attempt waits on another silo: who waits here for that queue looks there.</summary>
    [Alias("announce")]
    Task AnnounceAsync(string queue);

    /// <summary>Renews a lease, and tells whether the attempt should go on.</summary>
    [Alias("beat")]
    Task<RemoteBeat> BeatAsync(Guid lease, Payload? details);

    /// <summary>Ends an attempt, and answers once its outcome is durable with its run.</summary>
    /// <returns>False where the lease holds no more: the attempt has ended, or was given to another worker.</returns>
    [Alias("end")]
    Task<bool> EndAsync(Guid lease, ActivityReportKind kind, Payload? result, FailureInfo? failure);
}

/// <summary>An attempt as a worker gets it.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.remote-task")]
public sealed record RemoteTask
{
    /// <summary>The silo that holds the attempt.</summary>
    [Id(0)] public required string Silo { get; init; }

    /// <summary>The lease: whoever has it may end the attempt, for as long as it is renewed.</summary>
    [Id(1)] public required Guid Lease { get; init; }

    /// <summary>How long the lease holds without a heartbeat.</summary>
    [Id(2)] public TimeSpan LeaseTime { get; init; }

    /// <summary>What is to be done.</summary>
    [Id(3)] public required ActivityTask Task { get; init; }

    /// <summary>What the attempt before it reported last.</summary>
    [Id(4)] public Payload? HeartbeatDetails { get; init; }
}

/// <summary>What a worker's heartbeat learns.</summary>
/// <param name="IsHeld">Whether the lease still holds; if not, the work is to be dropped.</param>
/// <param name="Reason">Why the attempt should end; none while it should not.</param>
[GenerateSerializer, Immutable, Alias("orchestration.remote-beat")]
public sealed record RemoteBeat([property: Id(0)] bool IsHeld, [property: Id(1)] ActivityCancellationReason Reason);
