namespace Orchestration.Storage.AzureStorage.Log;

/// <summary>Turns of a run that lie side by side in a pack.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="Offset">Where they begin.</param>
/// <param name="Length">How many bytes they are.</param>
/// <param name="First">The first event.</param>
/// <param name="Last">The last event.</param>
/// <param name="LastTurn">Where the last turn begins, from <paramref name="Offset"/>.</param>
internal readonly record struct Extent(Guid Pack, long Offset, int Length, long First, long Last, int LastTurn);
