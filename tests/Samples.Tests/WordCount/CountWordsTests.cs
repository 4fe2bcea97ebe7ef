using Orchestration.Client;
using Orchestration.Samples.Shared;
using Orchestration.Samples.Tests.Support;
using Orchestration.Samples.WordCount.Counting;
using Orchestration.Samples.WordCount.Workflows;
using Orchestration.Testing;
using Orchestration.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Samples.Tests.WordCount;

public sealed class CountWordsTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private readonly List<string> _files = [];

    public CountWordsTests()
    {
        for (var i = 0; i < 6; i++)
            Write($"{i}.txt", string.Concat(Enumerable.Range(0, 300).Select(n => $"word{n % (i + 3)} of file {i}.\n")));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    // Attempts of a run that has failed, or of a silo that has crashed, may still be writing their parts.
    public Task DisposeAsync() => Eventually.EventuallyAsync(_directory.TryDelete, "nobody writes into the folder any more");

    [Fact]
    public async Task Count_ManyChunks_AgreesWithThePlainCount()
    {
        await using var engine = await StartAsync();
        var totals = await CountAsync(engine, Request());

        Assert.True(Tally.Agree(totals, Tally.CountPlainly(_files, 5)), totals.ToString());
        Assert.True(totals.Chunks > 30, $"{totals.Chunks} chunks");
        Assert.Empty(totals.Failed);
    }

    [Fact]
    public async Task Count_SomeFilesFail_CountsTheOthersAndNamesThem()
    {
        var bad = Write("photo.jpg", "");
        File.WriteAllBytes(bad, [.. "text at first "u8, 0xFF, 0xFE, .. " and after"u8]);
        var missing = _directory.File("none.txt");
        _files.Add(missing);
        await using var engine = await StartAsync();

        var totals = await CountAsync(engine, Request() with { AtLeast = 6 });

        Assert.Equal([bad, missing], totals.Failed.Select(static f => f.File).Order(StringComparer.Ordinal).Reverse());
        Assert.True(Tally.Agree(totals, Tally.CountPlainly(_files.Except([bad, missing]), 5)));
    }

    [Fact]
    public async Task Count_TooManyFilesFail_FailsAndNamesThem()
    {
        _files.Add(_directory.File("none.txt"));
        await using var engine = await StartAsync();

        var failed = await Assert.ThrowsAsync<WorkflowFailed>(() => CountAsync(engine, Request()));

        var reason = Assert.IsType<ApplicationFailure>(failed.InnerException);
        Assert.Equal(CountFailures.TooFew, reason.Type);
        Assert.Contains("none.txt: There is no such file.", reason.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Count_DiskFailsNowAndThen_IsRetried()
    {
        var texts = new WatchedTexts(Real(), failEvery: 5);
        await using var engine = await StartAsync(texts);
        var totals = await CountAsync(engine, Request());

        Assert.True(Tally.Agree(totals, Tally.CountPlainly(_files, 5)));
        Assert.NotEqual(0, texts.Failures);
    }

    [Fact]
    public async Task Count_WidthOfThree_NeverRunsMoreAtOnce()
    {
        var texts = new WatchedTexts(Real(), failEvery: 0);
        await using var engine = await StartAsync(texts);
        texts.Think = () => engine.DelayAsync(TimeSpan.FromSeconds(1));
        await CountAsync(engine, Request() with { Width = 3 });

        Assert.Equal(3, texts.MostAtOnce);
    }

    [Fact]
    public async Task Count_CrashInTheMidst_AgreesWithThePlainCount()
    {
        var gate = new ActivityGate();
        var texts = new WatchedTexts(Real(), failEvery: 0, holdAt: 20, gate);
        await using var engine = await StartAsync(texts);
        var counting = CountAsync(engine, Request());
        await gate.Reached;
        await engine.CrashAsync();
        gate.Open();

        Assert.True(Tally.Agree(await counting, Tally.CountPlainly(_files, 5)));
    }

    private Task<WorkflowTestEnvironment> StartAsync(WatchedTexts? texts = null) => WorkflowTestEnvironment.StartAsync(options =>
        options.AddWorkflow<CountWords>().AddActivities(texts ?? new WatchedTexts(Real(), failEvery: 0)));

    private Texts Real() => new(new FileBook<Part>(_directory.File("parts")));

    private CountRequest Request() => new(_files, ChunkBytes: 800, Width: 4, AtLeast: _files.Count, Top: 5);

    private static Task<WordTotals> CountAsync(WorkflowTestEnvironment engine, CountRequest request) =>
        engine.Client.GetWorkflow<CountWords>("count-1").ExecuteAsync(request);

    private string Write(string name, string text)
    {
        File.WriteAllText(_directory.File(name), text);
        _files.Add(_directory.File(name));
        return _directory.File(name);
    }

    /// <summary>The real activities, watched, and now and then failing.</summary>
    private sealed class WatchedTexts(Texts texts, int failEvery, int holdAt = 0, ActivityGate? gate = null) : ITexts
    {
        private readonly Lock _gate = new();
        private int _calls;
        private int _running;

        public Func<Task> Think { get; set; } = static () => Task.CompletedTask;

        public int MostAtOnce { get; private set; }

        public int Failures { get; private set; }

        public Task<IReadOnlyList<Chunk>> SplitAsync(string file, int chunkBytes) =>
            WatchAsync(() => texts.SplitAsync(file, chunkBytes));

        public Task<PartCount> CountAsync(Chunk chunk) => WatchAsync(() => texts.CountAsync(chunk));

        public Task<WordTotals> MergeAsync(IReadOnlyList<string> parts, int top) =>
            WatchAsync(() => texts.MergeAsync(parts, top));

        private async Task<T> WatchAsync<T>(Func<Task<T>> activity)
        {
            var attempt = ActivityContext.Current;
            var call = Interlocked.Increment(ref _calls);
            if (failEvery > 0 && call % failEvery == 0 && attempt.Attempt == 1)
            {
                lock (_gate) Failures++;
                throw new IOException("The disk does not answer.");
            }

            lock (_gate) MostAtOnce = Math.Max(MostAtOnce, ++_running);
            try
            {
                await Think();
                if (gate is not null && call >= holdAt) await gate.WaitAsync(attempt.CancellationToken);
                return await activity();
            }
            finally
            {
                lock (_gate) _running--;
            }
        }
    }
}
