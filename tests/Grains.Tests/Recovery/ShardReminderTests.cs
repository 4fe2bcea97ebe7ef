using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Grains.Storage;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Tests.Support;

namespace Orchestration.Grains.Tests.Recovery;

/// <summary>Reminders that bring shards back: all shards ask for theirs at once, of a table that may be small or away.</summary>
public sealed class ShardReminderTests
{
    [Fact]
    public async Task SiloStarts_TableTakesFewAtATime_NoneIsRefusedAndEachIsKept()
    {
        var (store, counts) = CountingStore.Over(new InMemoryHistoryStore());
        var reminders = new SmallReminderStore { Places = 16 };
        await using var silo = await StartAsync(store, reminders);

        // Each shard has started by now, and asks for its reminder, while nobody is answered.
        await Eventually.EventuallyAsync(
            () => counts.Of(nameof(IHistoryStore.DueRunsAsync)) >= 3 * Shards.Default, "every shard has started");
        await Eventually.EventuallyAsync(() => reminders.Most > 1, "reminders are asked for");
        reminders.Answer();
        await AllKeptAsync(reminders);
        Assert.Equal(0, reminders.Refused);
        Assert.InRange(reminders.Most, 2, reminders.Places);
    }

    [Fact]
    public async Task SiloStarts_TableFailsAtFirst_EachIsKeptOnceItAnswers()
    {
        var reminders = new SmallReminderStore { Places = int.MaxValue, FailsFirst = 2 };
        reminders.Answer();
        await using var silo = await StartAsync(new InMemoryHistoryStore(), reminders);
        await AllKeptAsync(reminders);
        Assert.Equal(2 * Shards.Default, reminders.Refused);
    }

    private static Task<TestSilo> StartAsync(IHistoryStore store, SmallReminderStore reminders) => TestSilo.StartAsync(
        store, TestHosting.All,
        services: services => services.AddSingleton(new World()).AddSingleton<IReminderStore>(reminders));

    private static async Task AllKeptAsync(SmallReminderStore reminders) => await Eventually.EventuallyAsync(
        () => Task.FromResult(reminders.Kept), static kept => kept == Shards.Default, "shards with a reminder");

    /// <summary>Reminders in a database that lets few in at a time and answers when it is told to.</summary>
    private sealed class SmallReminderStore : IReminderStore
    {
        private readonly InMemoryReminderStore _rows = new();
        private readonly TaskCompletionSource _answers = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentDictionary<string, int> _calls = new(StringComparer.Ordinal);
        private readonly ConcurrentDictionary<string, bool> _kept = new(StringComparer.Ordinal);
        private int _inside;
        private int _most;
        private int _refused;

        public required int Places { get; init; }

        /// <summary>How many calls of each grain fail before the first one that does not.</summary>
        public int FailsFirst { get; init; }

        public int Most => Volatile.Read(ref _most);

        public int Refused => Volatile.Read(ref _refused);

        public int Kept => _kept.Count;

        public void Answer() => _answers.TrySetResult();

        public ValueTask<IReadOnlyList<ReminderRow>> ReadRangeAsync(
            uint begin, uint end, CancellationToken cancellationToken = default) =>
            _rows.ReadRangeAsync(begin, end, cancellationToken);

        public ValueTask<IReadOnlyList<ReminderRow>> ReadGrainAsync(
            string grainId, CancellationToken cancellationToken = default) => _rows.ReadGrainAsync(grainId, cancellationToken);

        public ValueTask<ReminderRow?> ReadAsync(string grainId, string name, CancellationToken cancellationToken = default) =>
            InsideAsync(grainId, () => _rows.ReadAsync(grainId, name, cancellationToken));

        public async ValueTask<string> UpsertAsync(ReminderRow row, CancellationToken cancellationToken = default)
        {
            var tag = await InsideAsync(row.GrainId, () => _rows.UpsertAsync(row, cancellationToken));
            _kept[row.GrainId] = true;
            return tag;
        }

        public ValueTask<bool> RemoveAsync(
            string grainId, string name, string etag, CancellationToken cancellationToken = default) =>
            _rows.RemoveAsync(grainId, name, etag, cancellationToken);

        public ValueTask ClearAsync(CancellationToken cancellationToken = default) => _rows.ClearAsync(cancellationToken);

        private async ValueTask<T> InsideAsync<T>(string grain, Func<ValueTask<T>> call)
        {
            var inside = Interlocked.Increment(ref _inside);
            try
            {
                for (var most = Most; inside > most; most = Most) Interlocked.CompareExchange(ref _most, inside, most);
                if (inside > Places || _calls.AddOrUpdate(grain, 1, static (_, calls) => calls + 1) <= FailsFirst)
                {
                    Interlocked.Increment(ref _refused);
                    throw new StoreUnavailable("Sorry, too many clients already.");
                }

                await _answers.Task;
                return await call();
            }
            finally
            {
                Interlocked.Decrement(ref _inside);
            }
        }
    }
}
