using Microsoft.Data.Sqlite;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite;

namespace Orchestration.Grains.Tests.Support;

/// <summary>An embedded store in a directory of its own, which can be opened again as after its process's death.</summary>
internal sealed class SqliteFile : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("grains-");
    private SqliteStores? _stores;

    private string Path => System.IO.Path.Combine(_directory.FullName, "store.db");

    public async Task<IHistoryStore> OpenAsync()
    {
        await CloseAsync();
        _stores = await SqliteStores.OpenAsync(new SqliteStoreOptions { Path = Path });
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

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _directory.Delete(recursive: true);
    }
}
