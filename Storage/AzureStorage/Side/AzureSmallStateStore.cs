using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;

namespace Orchestration.Storage.AzureStorage.Side;

/// <summary>Small state, a blob each; its tag is the blob's, which the service changes with every write.</summary>
internal sealed class AzureSmallStateStore(Blobs blobs) : ISmallStateStore
{
    public async ValueTask<SmallState?> ReadAsync(string kind, string key, CancellationToken cancellationToken = default)
    {
        var part = await blobs.ReadAsync(Name(kind, key), cancellationToken).ConfigureAwait(false);
        if (part is null) return null;
        return new SmallState(Data(part.Content), part.Version.ToString());
    }

    public async ValueTask<string?> WriteAsync(
        string kind, string key, string? etag, ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
    {
        // Kind and key lead: a name is a hash, and whoever looks into the container wants to know whose state it is.
        var content = new ByteWriter(data.Length + 64).Text(kind).Text(key).Raw(data.Span).ToArray();
        var version = await blobs.KeepAsync(
            Name(kind, key), content, cancellationToken, BlobVersion.Parse(etag), onlyNew: etag is null).ConfigureAwait(false);
        return version?.ToString();
    }

    public async ValueTask<bool> ClearAsync(
        string kind, string key, string? etag, CancellationToken cancellationToken = default) =>
        BlobVersion.Parse(etag) is { } version
            ? await blobs.RemoveAsync(Name(kind, key), version, cancellationToken).ConfigureAwait(false)
            : await blobs.ReadAsync(Name(kind, key), cancellationToken).ConfigureAwait(false) is null;

    private static string Name(string kind, string key) => $"state/{Names.Hex(kind, key)}";

    private static byte[] Data(ReadOnlyMemory<byte> content)
    {
        var reader = new ByteReader(content.Span);
        reader.Text();
        reader.Text();
        return content.Span[reader.Position..].ToArray();
    }
}
