using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite;
using Orchestration.Storage.Tests.Conformance;

namespace Orchestration.Storage.Tests.Sqlite;

/// <summary>A file in a directory of its own.</summary>
public sealed class SqliteFixture : StoreFixture
{
    private SqliteStores? _stores;
    private SqliteMembershipStore? _membership;

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("orchestration-store-").FullName;

    public string Path => System.IO.Path.Combine(Directory, "store.db");

    public Action<SqliteStoreOptions>? Configure { get; init; }

    public TimeProvider? Time { get; init; }

    public SqliteStores Stores => _stores ?? throw new InvalidOperationException("The store is not open.");

    public override IHistoryStore History => Stores.History;

    public override IReminderStore Reminders => Stores.Reminders;

    public override ISmallStateStore SmallState => Stores.SmallState;

    public override IMembershipStore Membership => _membership ??= SqliteMembershipStore.Open(Options());

    public override IDataSetReader Reader => Stores.Reader;

    public SqliteStoreOptions Options()
    {
        var options = new SqliteStoreOptions { Path = Path };
        Configure?.Invoke(options);
        return options;
    }

    public override async Task OpenAsync()
    {
        var options = Options();
        _stores = await SqliteStores.OpenAsync(options, timeProvider: Time);
    }

    public override async Task ReopenAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }

    public override async Task<(IHistoryStore History, IAsyncDisposable Silo)> OpenAnotherAsync()
    {
        var stores = await SqliteStores.OpenAsync(Options(), timeProvider: Time);
        return (stores.History, stores);
    }

    public async Task CloseAsync()
    {
        if (_stores is not null) await _stores.DisposeAsync();
        _stores = null;
        _membership?.Dispose();
        _membership = null;
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
