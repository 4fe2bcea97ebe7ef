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

    /// <summary>What the shard holds, for people.</summary>
    [Alias("describe")]
    Task<ShardDescription> DescribeAsync();
}

/// <summary>What a shard holds.</summary>
/// <param name="Shard">Its number.</param>
/// <param name="Silo">The silo where it lives.</param>
/// <param name="Held">How many parked runs that are due soon it holds in memory.</param>
/// <param name="Waking">How many runs are being woken, or stand ready to be.</param>
/// <param name="NextDue">When the next of those it holds is due; null where it holds none.</param>
/// <param name="IsRecovering">Whether it looks for runs whose work was under way on a lost silo.</param>
[GenerateSerializer, Immutable, Alias("orchestration.shard-description")]
public sealed record ShardDescription(
    [property: Id(0)] int Shard,
    [property: Id(1)] string Silo,
    [property: Id(2)] int Held,
    [property: Id(3)] int Waking,
    [property: Id(4)] DateTimeOffset? NextDue,
    [property: Id(5)] bool IsRecovering);

/// <summary>A run that has left memory and is to be woken.</summary>
/// <param name="Workflow">The run's grain key.</param>
/// <param name="WakeAt">When it is due.</param>
/// <param name="IsOnlyHere">
/// Whether no look at what is parked in the store would tell of it, so that the shard keeps it until it has been woken.
/// </param>
[GenerateSerializer, Immutable, Alias("orchestration.due-note")]
public readonly record struct DueNote(
    [property: Id(0)] string Workflow, [property: Id(1)] DateTimeOffset WakeAt, [property: Id(2)] bool IsOnlyHere = false);
