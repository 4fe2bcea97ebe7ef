using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Runtime.Reminders;
using Orchestration.Runtime.Tests.Hosting;
using Orchestration.Tests.Support;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orchestration.Runtime.Tests.Reminders;

public interface IRemindedGrain : IGrainWithStringKey
{
    Task RegisterAsync(string name, TimeSpan due, TimeSpan period);

    Task UnregisterAsync(string name);

    Task<string[]> NamesAsync();
}

public sealed class TickLog
{
    public ConcurrentQueue<(string Name, TickStatus Status)> Ticks { get; } = new();
}

public sealed class RemindedGrain(TickLog log) : Grain, IRemindedGrain, IRemindable
{
    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        log.Ticks.Enqueue((reminderName, status));
        return reminderName == "failing" ? throw new InvalidOperationException("the reminder goes on") : Task.CompletedTask;
    }

    public Task RegisterAsync(string name, TimeSpan due, TimeSpan period) => this.RegisterOrUpdateReminder(name, due, period);

    public async Task UnregisterAsync(string name) => await this.UnregisterReminder((await this.GetReminder(name))!);

    public async Task<string[]> NamesAsync() =>
        [.. (await this.GetReminders()).Select(static reminder => reminder.ReminderName).Order(StringComparer.Ordinal)];
}

public sealed class ReminderTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly ManualTimeProvider _time = new();
    private readonly TickLog _log = new();

    [Fact]
    public async Task Reminder_Registered_TicksAtItsTimes()
    {
        await using var silo = await StartAsync(new InMemoryReminderTable());
        var start = _time.GetUtcNow().UtcDateTime;
        await silo.Grain<IRemindedGrain>("a").RegisterAsync("r", 2 * Minute, Minute);
        _time.Advance(Minute);
        Assert.Empty(_log.Ticks);
        _time.Advance(Minute);
        await TickedAsync(silo, 1);
        _time.Advance(Minute);
        await TickedAsync(silo, 2);
        var (name, status) = _log.Ticks.Last();
        Assert.Equal("r", name);
        Assert.Equal(start + (2 * Minute), status.FirstTickTime);
        Assert.Equal(start + (3 * Minute), status.CurrentTickTime);
        Assert.Equal(Minute, status.Period);
    }

    [Fact]
    public async Task Reminder_SiloWasDown_MissedTicksAreSkippedToTheNext()
    {
        var table = new InMemoryReminderTable();
        var start = _time.GetUtcNow().UtcDateTime;
        await using (var silo = await StartAsync(table)) await silo.Grain<IRemindedGrain>("a").RegisterAsync("r", Minute,
            10 * Minute);
        _time.Advance(25 * Minute);
        await using var again = await StartAsync(table);
        Assert.Empty(_log.Ticks);
        _time.Advance(6 * Minute);
        await TickedAsync(again, 1);
        Assert.Equal(start + (31 * Minute), _log.Ticks.Single().Status.CurrentTickTime);
    }

    [Fact]
    public async Task Reminder_GrainFails_GoesOn()
    {
        await using var silo = await StartAsync(new InMemoryReminderTable());
        await silo.Grain<IRemindedGrain>("a").RegisterAsync("failing", Minute, Minute);
        _time.Advance(Minute);
        await TickedAsync(silo, 1);
        await Eventually.EventuallyAsync(
            () =>
            {
                _time.Advance(Minute);
                return _log.Ticks.Count >= 3;
            },
            "ticks go on");
    }

    [Fact]
    public async Task Reminders_SeveralNames_AreReplacedAndUnregisteredByName()
    {
        await using var silo = await StartAsync(new InMemoryReminderTable());
        var grain = silo.Grain<IRemindedGrain>("a");
        await grain.RegisterAsync("one", Minute, Minute);
        await grain.RegisterAsync("two", Minute, Minute);
        await grain.RegisterAsync("two", 3 * Minute, Minute);
        Assert.Equal(["one", "two"], await grain.NamesAsync());
        await grain.UnregisterAsync("one");
        Assert.Equal(["two"], await grain.NamesAsync());
        _time.Advance(2 * Minute);
        Assert.Empty(_log.Ticks);
        _time.Advance(Minute);
        await TickedAsync(silo, 1);
    }

    [Fact]
    public async Task Register_OutOfRange_IsRefused()
    {
        await using var silo = await StartAsync(new InMemoryReminderTable());
        var grain = silo.Grain<IRemindedGrain>("a");
        await Assert.ThrowsAnyAsync<ArgumentException>(() => grain.RegisterAsync("r", Minute, TimeSpan.FromSeconds(59)));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => grain.RegisterAsync("r", -Minute, Minute));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => grain.RegisterAsync("", Minute, Minute));
        Assert.Empty(await grain.NamesAsync());
    }

    [Theory]
    [InlineData(10u, 20u, 15u, true)]
    [InlineData(10u, 20u, 10u, false)]
    [InlineData(10u, 20u, 20u, true)]
    [InlineData(20u, 10u, 25u, true)]
    [InlineData(20u, 10u, 15u, false)]
    [InlineData(0u, 0u, 0u, true)]
    [InlineData(7u, 7u, 7u, true)]
    public void RingRange_Contains_IsOpenAtItsBeginAndWraps(uint begin, uint end, uint hash, bool expected) =>
        Assert.Equal(expected, RingRange.Contains(begin, end, hash));

    // And they have ended: the next one would be passed over otherwise.
    private Task TickedAsync(TestSilo silo, int count)
    {
        var schedule = silo.Services.GetRequiredService<ReminderSchedule>();
        return Eventually.EventuallyAsync(() => _log.Ticks.Count == count && schedule.Ticking == 0, $"{count} ticks");
    }

    private Task<TestSilo> StartAsync(IReminderTable table) => TestSilo.StartAsync(
        builder =>
        {
            builder.Services.AddSingleton(_log).AddSingleton(table);
            builder.AddReminders();
        },
        _time);
}
