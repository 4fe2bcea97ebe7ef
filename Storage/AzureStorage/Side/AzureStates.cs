using System.Runtime.CompilerServices;
using Orchestration.Grains.Storage;
using Orchestration.Storage.AzureStorage.Coding;
using Orchestration.Storage.AzureStorage.Connections;

namespace Orchestration.Storage.AzureStorage.Side;

/// <summary>All small state of a container.</summary>
internal static class AzureStates
{
    public static async IAsyncEnumerable<DataSetState> ReadAsync(
        Blobs blobs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in blobs.ListAsync("state/", cancellationToken).ConfigureAwait(false))
        {
            foreach (var item in page)
            {
                var part = await blobs.ReadAsync(item.Name, cancellationToken).ConfigureAwait(false);
                if (part is not null) yield return Read(part.Content);
            }
        }
    }

    private static DataSetState Read(ReadOnlyMemory<byte> content)
    {
        var reader = new ByteReader(content.Span);
        return new DataSetState(reader.Text(), reader.Text(), content[reader.Position..]);
    }
}
