using Orleans;

namespace Orchestration.Grains.Interfaces.Recovery;

/// <summary>Recovery of one of the 256 parts of the id space: wakes what should run. The key is the shard's number.</summary>
[Alias("orchestration.shard")]
public interface IShardGrain : IGrainWithStringKey
{
    /// <summary>
    /// Makes sure that the shard is at work, and looks at the store again: at silo start, and after a silo's death.
    /// </summary>
    [Alias("ensure")]
    Task EnsureAsync(bool siloLost);

    /// <summary>Hands over wakes of parked runs whose activations are about to go although their time is near.</summary>
    [Alias("note")]
    Task NoteAsync(DueNote[] notes);
}

/// <summary>A parked run whose time is near.</summary>
/// <param name="Workflow">The run's grain key.</param>
/// <param name="WakeAt">When it is due.</param>
[GenerateSerializer, Immutable, Alias("orchestration.due-note")]
public readonly record struct DueNote([property: Id(0)] string Workflow, [property: Id(1)] DateTimeOffset WakeAt);
