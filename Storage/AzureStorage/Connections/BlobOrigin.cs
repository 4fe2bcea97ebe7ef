namespace Orchestration.Storage.AzureStorage.Connections;

/// <summary>
/// What the service says of where a blob comes from. It stays the same for a blob that is only appended to, and is another one
/// for most copies of it: the service gives it, and does not copy it.
/// </summary>
/// <param name="CreatedAt">When the blob was made, by the service's clock; null where it does not tell.</param>
/// <param name="CopyId">Which copy operation of the service made it; null where none did.</param>
internal readonly record struct BlobOrigin(DateTimeOffset? CreatedAt, string? CopyId)
{
    /// <summary>Whether a blob of the same name is for certain not the one that was of this origin.</summary>
    public bool IsNot(BlobOrigin other) =>
        CopyId != other.CopyId || (CreatedAt is { } mine && other.CreatedAt is { } others && mine != others);
}
