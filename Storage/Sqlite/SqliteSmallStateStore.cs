using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Reading;
using Orchestration.Storage.Sqlite.Writing;

namespace Orchestration.Storage.Sqlite;

/// <summary>Small state in the embedded store's file.</summary>
internal sealed class SqliteSmallStateStore(Writer writer, ReaderPool readers) : ISmallStateStore
{
    public ValueTask<SmallState?> ReadAsync(string kind, string key, CancellationToken cancellationToken = default) =>
        readers.RunAsync(
            (kind, key),
            static (session, wanted) =>
            {
                var row = session.Statement("SELECT data, etag FROM states WHERE kind=? AND key=?")
                    .Bind(1, wanted.kind).Bind(2, wanted.key);
                return row.Step() ? new SmallState(row.Blob(0).ToArray(), row.Text(1)) : null;
            },
            cancellationToken);

    public ValueTask<string?> WriteAsync(
        string kind, string key, string? etag, ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) =>
        writer.WriteAsync(new WriteState(kind, key, etag, data), cancellationToken);

    public ValueTask<bool> ClearAsync(string kind, string key, string? etag, CancellationToken cancellationToken = default) =>
        writer.WriteAsync(new ClearState(kind, key, etag), cancellationToken);
}
