using Orchestration.Grains.Storage;

namespace Orchestration.Storage.PostgreSql.Writing;

/// <summary>What there is of a run and its instance, read after the group was committed.</summary>
/// <param name="Handle">The run's handle; 0 where it is not there.</param>
/// <param name="Sequence">How many events it has.</param>
/// <param name="Turn">The turn that stands where the write's would; null where there is none.</param>
/// <param name="Latest">The instance's latest run; null where it has none.</param>
internal readonly record struct Found(long Handle, long Sequence, TurnId? Turn, RunRecord? Latest);
