using Orchestration.Grains.Interfaces.Workflows;
using Orleans;

namespace Orchestration.Grains.Interfaces.Messages;

/// <summary>Signals the open run, or starts one that has the signal from its first commit on.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.signal-with-start")]
public sealed record SignalWithStartRequest
{
    /// <summary>The start, where no run is open.</summary>
    [Id(0)] public required StartRequest Start { get; init; }

    /// <summary>The signal.</summary>
    [Id(1)] public required SignalRequest Signal { get; init; }
}

/// <summary>Updates the open run, or starts one that has the update from its first commit on.</summary>
[GenerateSerializer, Immutable, Alias("orchestration.update-with-start")]
public sealed record UpdateWithStartRequest
{
    /// <summary>The start, where no run is open.</summary>
    [Id(0)] public required StartRequest Start { get; init; }

    /// <summary>The update.</summary>
    [Id(1)] public required UpdateRequest Update { get; init; }

    /// <summary>Whether it was sent before, with unknown outcome.</summary>
    [Id(2)] public bool IsRepeat { get; init; }
}
