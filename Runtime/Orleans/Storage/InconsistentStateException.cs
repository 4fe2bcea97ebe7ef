using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>
/// A conditional write met a record of another version: two activations of one grain wrote, or the store was changed otherwise.
/// A grain that lets it escape from a call is deactivated, so that the next call reads the state anew.
/// </summary>
[GenerateSerializer]
public class InconsistentStateException : OrleansException
{
    /// <summary>Without details.</summary>
    public InconsistentStateException()
    {
    }

    /// <summary>With a message.</summary>
    public InconsistentStateException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and the store's own error.</summary>
    public InconsistentStateException(string message, Exception? innerException)
        : base(message, innerException!)
    {
    }

    /// <summary>With the version stored and the version expected.</summary>
    public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag)
        : this(errorMsg, storedEtag, currentEtag, null)
    {
    }

    /// <summary>With the version stored, the version expected, and the store's own error.</summary>
    public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag, Exception? storageException)
        : base(errorMsg, storageException!)
    {
        StoredEtag = storedEtag;
        CurrentEtag = currentEtag;
    }

    /// <summary>With the store's own error, whose message is used.</summary>
    public InconsistentStateException(string? storedEtag, string? currentEtag, Exception storageException)
        : this(storageException?.Message ?? "", storedEtag, currentEtag, storageException)
    {
    }

    /// <summary>The version in the store, where known.</summary>
    [Id(0)]
    public string? StoredEtag { get; private set; }

    /// <summary>The version that the writer had.</summary>
    [Id(1)]
    public string? CurrentEtag { get; private set; }

    /// <summary>Whether the activation that it escapes from is the one whose state is stale.</summary>
    internal bool IsSourceActivation { get; set; } = true;
}
