namespace Orchestration.Storage.AzureStorage.Connections;

/// <summary>What became of the append of a block.</summary>
/// <param name="Outcome">Whether it stands where it was to stand.</param>
/// <param name="Blocks">How many blocks the blob has now.</param>
internal readonly record struct AppendedBlock(BlockOutcome Outcome, int Blocks);

internal enum BlockOutcome
{
    Appended,

    /// <summary>The blob does not end at that place.</summary>
    Elsewhere,

    /// <summary>There is no such blob.</summary>
    NoBlob,

    /// <summary>It takes no further blocks.</summary>
    Full,
}
