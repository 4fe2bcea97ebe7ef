using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Orchestration.AzureStorage.Tests.Server;

/// <summary>
/// A container as an operator's copy has it, to be put over a container blob by blob. It knows the tag that the service gave each
/// blob that it put: what has another one since was written to.
/// </summary>
public sealed class CopyTool
{
    private readonly BlobContainerClient _target;
    private readonly List<Copied> _copied = [];
    private readonly Dictionary<string, ETag> _put = new(StringComparer.Ordinal);

    private CopyTool(BlobContainerClient target) => _target = target;

    /// <summary>The names of the copy, in the order of names.</summary>
    public IReadOnlyList<string> Names => _copied.ConvertAll(static blob => blob.Name);

    /// <summary>The names of the blobs that the service did not let be overwritten.</summary>
    public List<string> Refused { get; } = [];

    /// <summary>Takes a copy of a container, which is to be put over another one or the same.</summary>
    public static async Task<CopyTool> TakeAsync(BlobContainerClient source, BlobContainerClient target)
    {
        var tool = new CopyTool(target);
        await foreach (var item in source.GetBlobsAsync(BlobTraits.Metadata, BlobStates.None, null, default))
            tool._copied.Add(new Copied(
                item.Name, item.Properties.BlobType == BlobType.Append, item.Metadata,
                (await source.GetBlobClient(item.Name).DownloadContentAsync()).Value.Content));
        return tool;
    }

    /// <summary>
    /// Puts a blob over the one that is there: in pieces of its own size and not in the blocks of the source, as copy tools do.
    /// </summary>
    /// <returns>Whether the service let it.</returns>
    public async Task<bool> PutAsync(string name)
    {
        var copied = _copied.Find(blob => blob.Name == name)!;
        try
        {
            _put[name] = copied.IsAppend ? await AppendAsync(copied) : (await _target.GetBlobClient(name).UploadAsync(
                copied.Content, new BlobUploadOptions { Metadata = copied.Metadata })).Value.ETag;
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.LeaseIdMissing.ToString())
        {
            Refused.Add(name);
            return false;
        }
    }

    /// <summary>Puts all of it.</summary>
    public async Task PutAllAsync()
    {
        foreach (var name in Names) await PutAsync(name);
    }

    /// <summary>Of the blobs that were put, those that were written to or removed since.</summary>
    public async Task<List<string>> ChangedAsync()
    {
        var now = new Dictionary<string, string?>(StringComparer.Ordinal);
        await foreach (var item in _target.GetBlobsAsync()) now[item.Name] = item.Properties.ETag?.ToString("H");
        return [.. _put.Where(put => now.GetValueOrDefault(put.Key) != put.Value.ToString("H")).Select(static put => put.Key)];
    }

    private async Task<ETag> AppendAsync(Copied copied)
    {
        var blob = _target.GetAppendBlobClient(copied.Name);
        var tag = (await blob.CreateAsync(new AppendBlobCreateOptions { Metadata = copied.Metadata })).Value.ETag;
        return copied.Content.ToMemory().Length == 0
            ? tag : (await blob.AppendBlockAsync(copied.Content.ToStream())).Value.ETag;
    }

    private sealed record Copied(string Name, bool IsAppend, IDictionary<string, string> Metadata, BinaryData Content);
}
