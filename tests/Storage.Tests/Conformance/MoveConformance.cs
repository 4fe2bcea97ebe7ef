using System.Text;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Storage.Moving;
using Orchestration.Tests.Support.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.Tests.Conformance;

/// <summary>A data set that is moved into this store and out of it is what it was.</summary>
public abstract class MoveConformance(StoreFixture fixture) : StoreConformance(fixture)
{
    private static readonly Payload Details = new(
        new byte[] { 1, 2, 3 }, new Dictionary<string, string> { [Payload.EncodingHeader] = "binary" });

    [Fact]
    public async Task MoveAsync_IntoThisStoreAndOutOfIt_IsTheSame()
    {
        var (source, back) = (new MemoryEnd("source"), new MemoryEnd("back"));
        await FillAsync(source.Stores);
        var seen = new List<MoveProgress>();
        var moved = await DataSetMover.MoveAsync(
            source.End, End("this store"), new MoveOptions { Progress = new Seen(seen) });
        await Fixture.ReopenAsync();
        Assert.Equal((MovePhase.Done, 25, 25), (moved.Phase, moved.Copied, moved.Verified));
        Assert.True(seen.Count > 3);
        await Assert.ThrowsAsync<StoreRefused>(async () => await MoveMarks.CheckAsync(source.Stores.SmallState));
        await MoveMarks.CheckAsync(Fixture.SmallState);

        await DataSetMover.MoveAsync(End("this store"), back.End, new MoveOptions { RetireSource = false });
        await MoveMarks.CheckAsync(Fixture.SmallState);
        Assert.Equal(await DumpAsync(source.End), await DumpAsync(back.End));

        // And it goes on: the latest run is the latest, and its next turn fits.
        var latest = (await Store.FindAsync(new WorkflowKey("chain")))!;
        Assert.Equal(RunState.Parked, latest.Summary.State);
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(Next(latest.Key, 2, summary: Runnable)));
        Assert.Equal(latest.Key.Key, Assert.Single(
            await DueAsync(Shards.Of(latest.Key.Key), RunState.Runnable), run => run.Key == latest.Key.Key).Key);
    }

    [Fact]
    public async Task MoveAsync_CutShortAtTheNthWrite_GoesOnWhenItIsRunAgain()
    {
        var source = new MemoryEnd("source");
        await FillAsync(source.Stores);
        for (var cuts = 1; ; cuts++)
        {
            // Each try comes a little further; what was written before is there.
            var faulty = new FaultyHistoryStore(Store);
            var target = End("this store") with { History = faulty };
            faulty.Inject(cuts * 5, cuts % 2 == 0 ? StoreFault.Fail : StoreFault.LoseReply);
            try
            {
                await DataSetMover.MoveAsync(source.End, target, new MoveOptions { AtOnce = 1, RetireSource = false });
                break;
            }
            catch (StoreUnavailable)
            {
                await Assert.ThrowsAsync<StoreRefused>(async () => await MoveMarks.CheckAsync(Fixture.SmallState));
                await Fixture.ReopenAsync();
            }
        }

        Assert.Equal(await DumpAsync(source.End), await DumpAsync(End("this store")));
    }

    [Fact]
    public async Task MoveAsync_TargetNotEmpty_IsRefused()
    {
        var source = new MemoryEnd("source");
        await FillAsync(source.Stores);
        var key = NewKey("already there");
        await StartAsync(key);
        var failed = await Assert.ThrowsAsync<MoveFailed>(
            async () => await DataSetMover.MoveAsync(source.End, End("this store")));
        Assert.Contains("not empty", failed.Message, StringComparison.Ordinal);
        Assert.Single(await HistoryAsync(key));
    }

    private static async Task FillAsync(MemoryEnd.MemoryStores stores)
    {
        for (var i = 0; i < 20; i++)
        {
            var key = NewKey($"run {i}/ü", i % 3 == 0 ? "other" : WorkflowKey.DefaultNamespace);
            await stores.History.AppendAsync(First(key, i == 0 ? Closed : Runnable, startedAt: T0.AddSeconds(-i), events: 2));
            for (var n = 0; n < i; n++)
            {
                var summary = n == 4 ? Parked(T0) : null;
                await stores.History.AppendAsync(Next(key, n + 2, body: new string('x', n * 100), summary: summary));
            }

            if (i == 7) await stores.History.CountWakeAsync(key, 0);
            if (i % 5 == 0) await stores.History.SaveHeartbeatAsync(key, 0, new HeartbeatRecord(i, 2, Details));
        }

        RunId? previous = null;
        for (var i = 0; i < 5; i++)
        {
            // Later runs of an instance may have started earlier by the clock.
            var key = NewKey("chain");
            await stores.History.AppendAsync(First(key, Parked(null), previous: previous, startedAt: T0.AddSeconds(-i)));
            var ends = Closed with { State = RunState.Runnable, ClosedAt = T0.AddSeconds(i) };
            await stores.History.AppendAsync(Next(key, 1, summary: i == 4 ? Parked(T0.AddDays(1)) : ends));
            previous = key.RunId;
        }

        await stores.SmallState.WriteAsync("schedule", "nightly/ü", null, Body("state"));
        await stores.SmallState.WriteAsync("empty", "", null, default);
        await stores.Reminders.UpsertAsync(new ReminderRow("shard/1", 77, "recovery", T0, TimeSpan.FromMinutes(1), ""));
    }

    private static async Task<List<string>> DumpAsync(DataSetEnd end)
    {
        var lines = new List<string>();
        await foreach (var (run, _) in end.Reader.ReadRunsAsync())
        {
            var text = new StringBuilder($"{run.Key} {run.WorkflowType} {run.StartedAt:O} {run.Summary} {run.Wakes}");
            for (long? from = 1; from is { } sequence;)
            {
                var page = await end.History.ReadAsync(run.Key, run.Handle, sequence);
                foreach (var turn in page.Batches)
                    text.Append($" [{turn.FirstSequence}+{turn.EventCount} {turn.TurnId} {turn.Format} {Text(turn)}]");
                from = page.NextSequence;
            }

            foreach (var beat in await end.Reader.ReadHeartbeatsAsync(run.Key))
                text.Append($" <{beat.Command}.{beat.Attempt} {beat.Details}>");
            lines.Add(text.ToString());
        }

        await foreach (var state in end.Reader.ReadStatesAsync())
            if (state.Kind != "orchestration.move")
                lines.Add($"{state.Kind}/{state.Key}={Encoding.UTF8.GetString(state.Data.Span)}");
        foreach (var reminder in await end.Reminders.ReadRangeAsync(0, 0)) lines.Add((reminder with { ETag = "" }).ToString());
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private DataSetEnd End(string name) => new(
        new Guid("11111111-1111-1111-1111-111111111111"), name, Store, Fixture.SmallState, Fixture.Reminders, Fixture.Reader);

    private sealed class Seen(List<MoveProgress> seen) : IProgress<MoveProgress>
    {
        public void Report(MoveProgress value) => seen.Add(value);
    }

    private sealed class MemoryEnd(string name)
    {
        public MemoryStores Stores { get; } = new();

        public DataSetEnd End => new(
            _id, name, Stores.History, Stores.SmallState, Stores.Reminders,
            new InMemoryDataSetReader(Stores.History, Stores.SmallState));

        private readonly Guid _id = Guid.NewGuid();

        public sealed class MemoryStores
        {
            public InMemoryHistoryStore History { get; } = new();

            public InMemorySmallStateStore SmallState { get; } = new();

            public InMemoryReminderStore Reminders { get; } = new();
        }
    }
}
