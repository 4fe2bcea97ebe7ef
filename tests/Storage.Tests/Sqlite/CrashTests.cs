using System.Diagnostics;
using System.Globalization;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite;
using Orchestration.Workflows;

namespace Orchestration.Storage.Tests.Sqlite;

/// <summary>A real process, killed at random moments.</summary>
public sealed class CrashTests : IDisposable
{
    private const int Rounds = 6, Runs = 32;

    private readonly string _directory = Directory.CreateTempSubdirectory("orchestration-crash-").FullName;

    private string Store => Path.Combine(_directory, "store.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task KilledAnyTime_AllThatWasAcknowledgedIsThere()
    {
        var random = new Random(20301);
        var acknowledged = new Dictionary<string, long>();
        for (var round = 0; round < Rounds; round++)
        {
            await WriteAndKillAsync($"r{round}", random.Next(1, 6000), acknowledged);
            await using var stores = await SqliteStores.OpenAsync(new SqliteStoreOptions { Path = Store });
            foreach (var (id, sequence) in acknowledged) await CheckAsync(stores.History, id, sequence);
        }

        Assert.True(acknowledged.Count >= Rounds, $"only {acknowledged.Count} runs were acknowledged");
    }

    [Fact]
    public async Task SharedByProcessesThatAreKilled_AllThatAnyAcknowledgedIsThere()
    {
        var random = new Random(20302);
        var acknowledged = new Dictionary<string, long>();
        for (var round = 0; round < 3; round++)
        {
            await using var stores = await SqliteStores.OpenAsync(new SqliteStoreOptions { Path = Store, Shared = true });
            var written = Enumerable.Range(0, 3).Select(_ => new Dictionary<string, long>()).ToArray();
            await Task.WhenAll(written.Select((all, writer) =>
                WriteAndKillAsync($"r{round}w{writer}", random.Next(200, 2500), all, "shared")));
            foreach (var (id, sequence) in written.SelectMany(all => all)) acknowledged.Add(id, sequence);
            foreach (var (id, sequence) in acknowledged) await CheckAsync(stores.History, id, sequence);
        }

        Assert.True(acknowledged.Count >= 9 * Runs, $"only {acknowledged.Count} runs were acknowledged");
    }

    [Fact]
    public async Task WhileAnotherProcessHasIt_OpeningIsRefusedAndNamesThatProcess()
    {
        using var process = Start("held");
        Assert.NotNull(await process.StandardOutput.ReadLineAsync());
        var refused = await Assert.ThrowsAsync<StoreRefused>(() =>
            SqliteStores.OpenAsync(new SqliteStoreOptions { Path = Store }));
        Assert.Equal(FaultCodes.StoreInUse, refused.Code);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"process {process.Id} on {Environment.MachineName}"), refused.Message,
            StringComparison.Ordinal);
        process.Kill();
        await process.WaitForExitAsync();
        await using var stores = await SqliteStores.OpenAsync(new SqliteStoreOptions { Path = Store });
    }

    private static async Task CheckAsync(IHistoryStore store, string id, long acknowledged)
    {
        var record = await store.FindAsync(new WorkflowKey(id));
        Assert.NotNull(record);
        var expected = 1L;
        for (long? next = 1; next is { } from;)
        {
            var page = await store.ReadAsync(record.Key, record.Handle, from);
            foreach (var batch in page.Batches)
            {
                Assert.Equal(expected, batch.FirstSequence);
                Assert.Equal($"{id}:{expected}", System.Text.Encoding.UTF8.GetString(batch.Body.Span));
                expected++;
            }

            next = page.NextSequence;
        }

        // One more than was acknowledged may stand there: its answer died with the process.
        Assert.InRange(expected - 1, acknowledged, acknowledged + 1);
    }

    private async Task WriteAndKillAsync(
        string round, int lines, Dictionary<string, long> acknowledged, string mode = "alone")
    {
        using var process = Start(round, mode);
        var read = 0;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            // After the kill what is still in the pipe counts too; a torn last line does not come, lines are written whole.
            if (line != "ready 0")
            {
                var space = line.IndexOf(' ', StringComparison.Ordinal);
                acknowledged[line[..space]] = long.Parse(line[(space + 1)..], CultureInfo.InvariantCulture);
            }

            if (++read == lines) process.Kill();
        }

        await process.WaitForExitAsync();
        Assert.True(read >= lines, $"the writer ended by itself: {await process.StandardError.ReadToEndAsync()}");
    }

    private Process Start(string round, string mode = "alone")
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in new[]
        {
            Path.Combine(AppContext.BaseDirectory, "Orchestration.Tests.CrashWriter.dll"), Store, round,
            Runs.ToString(CultureInfo.InvariantCulture), mode,
        }) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
