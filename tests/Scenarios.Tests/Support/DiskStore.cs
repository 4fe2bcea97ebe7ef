using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite;

namespace Orchestration.Scenarios.Tests.Support;

/// <summary>
/// The embedded store in a folder of its own. Opened again after a crash, it is what the disk had at that moment: the files are
/// copied as they stand, without the old store's knowledge, and nothing that it still writes comes along.
/// </summary>
internal sealed class DiskStore : IAsyncDisposable
{
    private const string Name = "store.db";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("scenario-");
    private readonly List<SqliteStores> _lives = [];

    /// <summary>Opens it; for the first time, or after the death of the process that had it.</summary>
    public IHistoryStore Open()
    {
        var folder = Path.Combine(_root.FullName, $"{_lives.Count + 1}");
        Directory.CreateDirectory(folder);
        if (_lives.Count > 0) Copy(Path.Combine(_root.FullName, $"{_lives.Count}"), folder);
        var options = new SqliteStoreOptions { Path = Path.Combine(folder, Name), Readers = 1, CacheBytes = 1 << 20 };
        _lives.Add(SqliteStores.OpenAsync(options).GetAwaiter().GetResult());
        return _lives[^1].History;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var stores in _lives) await stores.DisposeAsync();
        _root.Delete(recursive: true);
    }

    // The file before its log: what is copied into the file meanwhile is in the log too.
    private static void Copy(string from, string to)
    {
        foreach (var suffix in (string[])["", "-wal", ".incarnation"])
        {
            var file = Path.Combine(from, Name + suffix);
            if (File.Exists(file)) File.Copy(file, Path.Combine(to, Name + suffix));
        }
    }
}
