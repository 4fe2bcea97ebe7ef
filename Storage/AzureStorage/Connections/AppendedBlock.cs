using Azure;

namespace Orchestration.Storage.AzureStorage.Connections;

/// <summary>What became of the append of a block.</summary>
/// <param name="Outcome">Whether it stands where it was to stand.</param>
/// <param name="Blocks">How many blocks the blob has now.</param>
/// <param name="Tag">The blob's tag now; it changes with each block.</param>
internal readonly record struct AppendedBlock(BlockOutcome Outcome, int Blocks = 0, ETag Tag = default);

internal enum BlockOutcome
{
    Appended,

    /// <summary>The blob does not end at that place, or is not as it was known.</summary>
    Elsewhere,

    /// <summary>Nobody holds the blob any more: its lease has run out, or was broken.</summary>
    NotHeld,

    /// <summary>There is no such blob.</summary>
    NoBlob,

    /// <summary>It takes no further blocks.</summary>
    Full,
}
