using Orleans;

namespace Orchestration.Grains.Interfaces.Activities;

/// <summary>What a host knows of an attempt.</summary>
/// <param name="State">Whether it has it.</param>
/// <param name="Report">The outcome of a finished one, until it is acknowledged.</param>
[GenerateSerializer, Immutable, Alias("orchestration.attempt-inquiry-reply")]
public sealed record AttemptInquiryReply([property: Id(0)] AttemptState State, [property: Id(1)] ActivityReport? Report);

/// <summary>What a host knows of an attempt.</summary>
public enum AttemptState
{
    /// <summary>Never seen; refused from now on.</summary>
    NeverSeen,

    /// <summary>Waiting for its turn.</summary>
    Waiting,

    /// <summary>Running.</summary>
    Running,

    /// <summary>Finished, and not acknowledged yet.</summary>
    Finished,
}
