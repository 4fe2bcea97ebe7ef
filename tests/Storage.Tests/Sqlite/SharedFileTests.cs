using System.Globalization;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite;
using Orchestration.Storage.Sqlite.Files;
using Orchestration.Storage.Sqlite.Native;
using Orchestration.Storage.Tests.Conformance;
using Orchestration.Workflows;

namespace Orchestration.Storage.Tests.Sqlite;

/// <summary>A file that several processes of one machine have open: who may, and who waits for whom.</summary>
public sealed class SharedFileTests() : StoreConformance(new SqliteFixture { Configure = Share })
{
    private SqliteFixture Own => (SqliteFixture)Fixture;

    [Fact]
    public async Task OpenAsync_SharedAndAlone_KeepEachOtherOut()
    {
        var refused = await Assert.ThrowsAsync<StoreRefused>(() => OpenAsync(static o => o.Shared = false));
        Assert.Equal(FaultCodes.StoreInUse, refused.Code);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId}"), refused.Message,
            StringComparison.Ordinal);
        await Own.CloseAsync();
        await using (await OpenAsync(static o => o.Shared = false))
        {
            refused = await Assert.ThrowsAsync<StoreRefused>(() => OpenAsync(static _ => { }));
            Assert.Equal(FaultCodes.StoreInUse, refused.Code);
            Assert.Contains("itself alone", refused.Message, StringComparison.Ordinal);
        }

        await Own.OpenAsync();
    }

    [Fact]
    public async Task OpenAsync_ManyAtOnceOnNothing_MakeItOnce()
    {
        await Own.CloseAsync();
        foreach (var file in Directory.GetFiles(Own.Directory)) File.Delete(file);
        var silos = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OpenAsync(static _ => { })));
        Assert.Single(silos.Select(s => s.DataSet).Distinct());
        Assert.DoesNotContain(silos, s => s.WasRestored);
        foreach (var silo in silos) await silo.DisposeAsync();
        await Own.OpenAsync();
        Assert.False(Own.Stores.WasRestored);
    }

    [Fact]
    public async Task OpenAsync_ACopyOfAnEarlierTime_IsRefused()
    {
        await Own.CloseAsync();
        var copy = await File.ReadAllBytesAsync(Own.Path);
        for (var i = 0; i < 2; i++) await Own.ReopenAsync();
        await Own.CloseAsync();
        await File.WriteAllBytesAsync(Own.Path, copy);
        Assert.Equal(
            FaultCodes.StoreRestored, (await Assert.ThrowsAsync<StoreRefused>(() => OpenAsync(static _ => { }))).Code);
        await using var accepted = await OpenAsync(static o => o.AcceptRestore = true);
        Assert.True(accepted.WasRestored);
    }

    [Fact]
    public async Task AppendAsync_AnotherProcessKeepsTheLock_FailsAtTheDeadlineAndNamesIt()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        var request = Next(key, 1, handle);
        await using var hasty = await OpenAsync(static o => o.LockTimeout = TimeSpan.FromMilliseconds(100));
        using (var mark = WriterMark.Open(Own.Path))
        using (var other = Database.Open(Own.Path, create: false))
        {
            other.Execute("BEGIN IMMEDIATE");
            mark.Set();
            var locked = await Assert.ThrowsAsync<StoreUnavailable>(async () => await hasty.History.AppendAsync(request));
            Assert.Contains(
                string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId}"), locked.Message,
                StringComparison.Ordinal);
            Assert.Equal(key, (await hasty.History.FindAsync(key.Key))!.Key); // reads wait for nobody
            other.Execute("ROLLBACK");
        }

        Assert.Equal(AppendOutcome.Appended, (await Store.AppendAsync(request)).Outcome);
        Assert.Equal(2, (await HistoryAsync(key)).Count);
    }

    private static void Share(SqliteStoreOptions options) => options.Shared = true;

    private Task<SqliteStores> OpenAsync(Action<SqliteStoreOptions> configure)
    {
        var options = Own.Options();
        configure(options);
        return SqliteStores.OpenAsync(options);
    }
}
