using System.Globalization;
using System.Runtime.InteropServices;
using Orchestration.Grains.Storage;
using Orchestration.Storage.Sqlite.Native;
using Orchestration.Storage.Tests.Conformance;
using Orchestration.Tests.Support;

namespace Orchestration.Storage.Tests.Sqlite;

/// <summary>A disk that is full, fails, or is slow; and the size of the write-ahead log.</summary>
public sealed class DiskTests : StoreConformance
{
    private readonly PageLimit _limit;
    private readonly SqliteFixture _file;

    public DiskTests() : this(new PageLimit())
    {
    }

    private DiskTests(PageLimit limit) : this(limit, new SqliteFixture { Configure = o => o.PageLimit = limit.Ask })
    {
    }

    private DiskTests(PageLimit limit, SqliteFixture file) : base(file) => (_limit, _file) = (limit, file);

    [Fact]
    public async Task FullDisk_AppendsWaitReadsGoOn_AndAllGoesOnWithSpace()
    {
        var key = NewKey();
        var handle = await StartAsync(key);
        _limit.Pages = 1;
        await _file.ReopenAsync();
        var waiting = Enumerable.Range(0, 20)
            .Select(i => Store.AppendAsync(First(NewKey($"w{i}"), body: new string('x', 100_000))).AsTask()).ToArray();
        await Eventually.EventuallyAsync(() => _limit.Asked >= 3, "the writer tries again");
        Assert.All(waiting, append => Assert.False(append.IsCompleted));
        Assert.Equal(handle, (await Store.FindAsync(key.Key))!.Handle);
        Assert.Single(await HistoryAsync(key));

        _limit.Pages = 1 << 30;
        Assert.All(await Task.WhenAll(waiting), r => Assert.Equal(AppendOutcome.Appended, r.Outcome));
        Assert.Equal(21, (await Store.ListAsync(new ListQuery())).Runs.Count);
    }

    [Fact]
    public async Task FullDisk_StoreIsClosed_WhatWaitsFailsAsUnknown()
    {
        var time = new ManualTimeProvider();
        await using var file = new SqliteFixture { Time = time, Configure = o => o.PageLimit = _limit.Ask };
        await file.OpenAsync();
        _limit.Pages = 1;
        await file.ReopenAsync();
        var append = file.History.AppendAsync(First(NewKey(), body: new string('x', 100_000))).AsTask();
        await Eventually.EventuallyAsync(() => time.NextDue is not null, "the writer pauses");
        var closing = file.CloseAsync();
        await Eventually.EventuallyAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return closing.IsCompleted;
            },
            "the store closes");
        await closing;
        await Assert.ThrowsAsync<StoreUnavailable>(() => append);
    }

    [Fact]
    public async Task FailingDisk_OutcomesAreReadBackAndTheGroupIsDone()
    {
        if (!OperatingSystem.IsLinux()) return;
        for (var round = 0; round < 5; round++)
        {
            var key = NewKey($"w{round}");
            var handle = await StartAsync(key);
            await Store.FindAsync(key.Key);
            Assert.True(BreakLogFiles() > 0);
            var results = await Task.WhenAll(
                Enumerable.Range(1, 50).Select(n => Store.AppendAsync(Next(key, n, handle)).AsTask()));
            Assert.All(results, r => Assert.Equal(AppendOutcome.Appended, r.Outcome));
            await _file.ReopenAsync();
            Assert.Equal(Enumerable.Range(1, 51).Select(n => (long)n), (await HistoryAsync(key)).Select(b => b.FirstSequence));
        }
    }

    [Fact]
    public async Task SustainedLoad_TheLogStaysSmall()
    {
        const long Soft = 1 << 20, Hard = 4 << 20;
        await using var file = new SqliteFixture
        {
            Configure = o => (o.CheckpointBytes, o.MaximumLogBytes, o.MaximumGroupBytes) = (Soft, Hard, 1 << 20),
        };
        await file.OpenAsync();
        var largest = 0L;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            var key = NewKey($"w{i}");
            await file.History.AppendAsync(First(key));
            for (var n = 1; n < 60; n++)
            {
                await file.History.AppendAsync(Next(key, n, body: new string('x', 100_000)));
                await file.History.ReadTailAsync(key, 0);
                var length = new FileInfo(file.Path + "-wal").Length;
                InterlockedMax(ref largest, length);
            }
        })));

        // About 50 MB went through it. One commit may come on top of the bound, and a log that just began anew is not cut at
        // once.
        Assert.InRange(largest, 1, Hard + (3 << 20));
    }

    [Fact]
    public async Task Log_AReaderKeepsItFromBeginningAnew_TheWriterWaitsForItAtTheBound()
    {
        const long Soft = 3 << 20, Hard = 4 << 20;
        await using var file = new SqliteFixture
        {
            Configure = static o =>
                (o.CheckpointBytes, o.MaximumLogBytes, o.Shared, o.LockTimeout) = (Soft, Hard, true, Eventually.Limit),
        };
        await file.OpenAsync();
        var (key, n) = (NewKey(), 0);
        async Task<long> AppendAsync()
        {
            var body = new string('x', 100_000);
            await file.History.AppendAsync(n == 0 ? First(key) : Next(key, n, body: body));
            n++;
            return new FileInfo(file.Path + "-wal").Length;
        }

        while (await AppendAsync() < Soft - (1 << 19))
        {
        }

        using (var reader = Database.Open(file.Path, create: false))
        {
            reader.Execute("BEGIN");
            Assert.True(reader.QueryNumber("SELECT count(*) FROM meta") > 0);
            while (await AppendAsync() < Soft + (1 << 18))
            {
            }

            await Eventually.EventuallyAsync(() => file.Stores.LogBytes < Soft / 2, "what the reader lets go is copied");
            while (await AppendAsync() < Hard)
            {
            }
        }

        for (var more = 0; more < 30; more++) Assert.InRange(await AppendAsync(), Hard, Hard + (1 << 19));
    }

    [Fact]
    public async Task WriteAsync_TooManyWaiting_IsRefusedUnwritten()
    {
        await using var file = new SqliteFixture
        {
            Configure = o => (o.PageLimit, o.MaximumWaiting) = (_limit.Ask, 3),
        };
        await file.OpenAsync();
        _limit.Pages = 1;
        await file.ReopenAsync();
        var big = new string('x', 100_000);
        var waiting = Enumerable.Range(0, 3).Select(i =>
            file.History.AppendAsync(First(NewKey($"w{i}"), body: big)).AsTask()).ToArray();
        await Assert.ThrowsAsync<StoreUnavailable>(async () => await file.History.AppendAsync(First(NewKey("more"))));
        _limit.Pages = 1 << 30;
        Assert.All(await Task.WhenAll(waiting), r => Assert.Equal(AppendOutcome.Appended, r.Outcome));
        Assert.Null(await file.History.FindAsync(NewKey("more").Key));
    }

    [Fact]
    public async Task DisposeAsync_WritesQueued_AreCarriedOutFirst()
    {
        var appends = Enumerable.Range(0, 500).Select(i => Store.AppendAsync(First(NewKey($"w{i}"))).AsTask()).ToArray();
        var closed = Store;
        await _file.CloseAsync();
        Assert.All(await Task.WhenAll(appends), r => Assert.Equal(AppendOutcome.Appended, r.Outcome));
        Assert.False(File.Exists(_file.Path + "-wal"));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await closed.AppendAsync(First(NewKey())));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await closed.FindAsync(NewKey().Key));
        await _file.OpenAsync();
        Assert.Equal(500, (await Store.ListAsync(new ListQuery { PageSize = 1000 })).Runs.Count);
    }

    /// <summary>
    /// Lets every write to the open log fail, as a broken disk would: its descriptors now lead to something read-only.
    /// </summary>
    private int BreakLogFiles()
    {
        var broken = 0;
        using var nothing = new FileStream("/dev/null", FileMode.Open, FileAccess.Read);
        foreach (var link in Directory.GetFiles("/proc/self/fd"))
        {
            if (new FileInfo(link).LinkTarget != _file.Path + "-wal") continue;
            var descriptor = int.Parse(Path.GetFileName(link), CultureInfo.InvariantCulture);
            Assert.True(Dup2((int)nothing.SafeFileHandle.DangerousGetHandle(), descriptor) >= 0);
            broken++;
        }

        return broken;
    }

    [DllImport("libc", EntryPoint = "dup2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Dup2(int from, int to);

    private static void InterlockedMax(ref long place, long value)
    {
        for (var seen = Volatile.Read(ref place); value > seen;)
        {
            var before = Interlocked.CompareExchange(ref place, value, seen);
            if (before == seen) return;
            seen = before;
        }
    }

    private sealed class PageLimit
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public long Pages { get; set; } = 1 << 30;

        public long Ask()
        {
            Interlocked.Increment(ref _asked);
            return Pages;
        }
    }
}
