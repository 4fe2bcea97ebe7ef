namespace Orchestration.Grains.Storage;

/// <summary>Small state of a data set that is read from end to end.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Key">The key.</param>
/// <param name="Data">Its bytes.</param>
public sealed record DataSetState(string Kind, string Key, ReadOnlyMemory<byte> Data);
