using Microsoft.Data.Sqlite;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite;

namespace Orchestration.Grains.Tests.Support;

/// <summary>An embedded store in a directory of its own, which can be opened again as after its process's death.</summary>
internal sealed class SqliteFile : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("grains-");
    private SqliteStores? _stores;

    /// <summary>The most pages that the file may have now; a full disk where it has them.</summary>
    public long PageLimit { get; set; } = 1 << 30;

    private string Path => System.IO.Path.Combine(_directory.FullName, "store.db");

    public async Task<IHistoryStore> OpenAsync()
    {
        await CloseAsync();
        _stores = await SqliteStores.OpenAsync(new SqliteStoreOptions { Path = Path, PageLimit = () => PageLimit });
        return _stores.History;
    }

    public async Task CloseAsync()
    {
        if (_stores is not null) await _stores.DisposeAsync();
        _stores = null;
    }

    /// <summary>Changes the file behind the store's back, while it is closed.</summary>
    public async Task<int> DamageAsync(string sql, string id)
    {
        await using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$id", id);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>
    /// Makes one byte of what a run's first turn is in the file another one, as a failing disk does, while the store is closed.
    /// </summary>
    /// <param name="id">The workflow.</param>
    /// <param name="place">Where in the turn: 0 is its first byte, 1 its last.</param>
    public async Task DamageByteAsync(string id, double place)
    {
        byte[] body;
        await using (var connection = new SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText =
                "SELECT body FROM turns WHERE first = 1 AND handle = (SELECT handle FROM runs WHERE id = $id)";
            command.Parameters.AddWithValue("$id", id);
            body = (byte[])(await command.ExecuteScalarAsync())!;
        }

        var bytes = await File.ReadAllBytesAsync(Path);
        var at = bytes.AsSpan().IndexOf(body);
        if (at < 0) throw new InvalidOperationException("The turn is not in the file in one piece.");
        bytes[at + (int)((body.Length - 1) * place)] = 0;
        await File.WriteAllBytesAsync(Path, bytes);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _directory.Delete(recursive: true);
    }
}
