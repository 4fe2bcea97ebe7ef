using Azure;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Connections;

namespace Orchestration.Storage.AzureStorage.Runs;

/// <summary>What this process knows of the end of a run's history. The gate's holder alone uses it, but for the cursor.</summary>
internal sealed class RunFile(StoreKey key)
{
    public StoreKey Key { get; } = key;

    public FifoGate Gate { get; } = new();

    /// <summary>The mark at the end; null where it has to be read first.</summary>
    public RunMark? Mark { get; set; }

    /// <summary>The blob of the history that is written now, its length, and its blocks.</summary>
    public int Blob { get; set; }

    public long Length { get; set; }

    public int Blocks { get; set; }

    /// <summary>The tag of that blob as it ends there; null where it is not known.</summary>
    public ETag? Tag { get; set; }

    /// <summary>Where that blob comes from; null where it has not been read.</summary>
    public BlobOrigin? Origin { get; set; }

    /// <summary>Where the page that was read last ended.</summary>
    public ReadCursor? Cursor { get; set; }

    /// <summary>Goes over to a blob that is written from its begin, or to what nothing is known of.</summary>
    public void Begin(int blob, ETag? tag = null) =>
        (Blob, Length, Blocks, Tag, Origin) = (blob, 0, 0, tag, null);

    /// <summary>A place in a history.</summary>
    public sealed record ReadCursor(long Sequence, int Blob, long Offset);
}
