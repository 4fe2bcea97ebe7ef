namespace Orchestration.Grains.Storage;

/// <summary>A run of a data set that is read from end to end.</summary>
/// <param name="Run">The run.</param>
/// <param name="Cursor">
/// Where to go on behind it. Runs of the same instance that came before it may come again, none is passed over.
/// </param>
public sealed record DataSetRun(RunRecord Run, string Cursor);
