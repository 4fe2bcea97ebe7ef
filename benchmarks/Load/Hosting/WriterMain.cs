using Orchestration.Benchmarks.Load.Workloads.Raw;
using Orchestration.Storage.PostgreSql;

namespace Orchestration.Benchmarks.Load.Hosting;

/// <summary>
/// A process that appends turns by the driver alone, as many at a time as it has callers. Answers each line of standard input
/// with how many it has written, and ends with the input.
/// </summary>
internal static class WriterMain
{
    /// <summary>A connection's group, at most: what the store's groups come to under 64 callers.</summary>
    private const int Group = 32;

    /// <summary>Runs the process.</summary>
    public static async Task<int> RunAsync(string address, int callers, string tag)
    {
        var options = PostgreSqlStoreOptions.Parse(address);
        RawRun[] runs;
        await using (var stores = await PostgreSqlStores.OpenAsync(options))
            runs = await Task.WhenAll(Enumerable.Range(0, callers).Select(i => RawRun.StartAsync(stores.History, $"{tag}-{i}")));
        using var stopping = new CancellationTokenSource();
        var written = 0L;
        var work = runs.Chunk(Group).Select(share => Task.Run(async () =>
        {
            await using var driver = await RawAppends.OpenAsync(options);
            while (!stopping.IsCancellationRequested)
            {
                if (await driver.WriteAsync(share) != share.Length) throw new InvalidOperationException("Not all were written.");
                Interlocked.Add(ref written, share.Length);
            }
        })).ToArray();
        while (await Console.In.ReadLineAsync() is not null)
        {
            if (Array.Find(work, static w => w.IsFaulted) is { } failed) await failed;
            Console.WriteLine(Interlocked.Read(ref written));
        }

        await stopping.CancelAsync();
        await Task.WhenAll(work);
        return 0;
    }
}
