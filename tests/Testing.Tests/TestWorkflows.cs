using System.Collections.Concurrent;
using Orchestration.Workflows;

namespace Orchestration.Testing.Tests;

public interface ITestActivities
{
    Task<int> AddAsync(int a, int b);

    Task<string> WaitAsync(string key);
}

public sealed class TestActivities : ITestActivities
{
    public ConcurrentQueue<string> Calls { get; } = new();

    public ConcurrentDictionary<string, TaskCompletionSource<string>> Gates { get; } = new();

    public TaskCompletionSource<string> Gate(string key) =>
        Gates.GetOrAdd(key, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    public Task<int> AddAsync(int a, int b)
    {
        Calls.Enqueue("Add");
        return Task.FromResult(a + b);
    }

    public async Task<string> WaitAsync(string key)
    {
        Calls.Enqueue("Wait");
        return await Gate(key).Task.WaitAsync(ActivityContext.Current.CancellationToken);
    }
}

[Workflow("sleeper")]
public sealed class Sleeper : Workflow<TimeSpan, DateTimeOffset>
{
    public override async Task<DateTimeOffset> RunAsync(TimeSpan input)
    {
        await Context.DelayAsync(input);
        return Context.UtcNow;
    }
}

[Workflow("adder")]
public sealed class Adder : Workflow<int, int>
{
    public override async Task<int> RunAsync(int input)
    {
        var activities = Context.Activities<ITestActivities>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
        var sum = 0;
        for (var i = 1; i <= input; i++)
        {
            sum = await activities.AddAsync(sum, i);
            await Context.DelayAsync(TimeSpan.FromHours(1));
        }

        return sum;
    }
}

[Workflow("waiter")]
public sealed class Waiter : Workflow<string, string>
{
    public override async Task<string> RunAsync(string input) =>
        await Context.Activities<ITestActivities>(new() { StartToCloseTimeout = TimeSpan.FromDays(1) }).WaitAsync(input);
}

public interface INotes
{
    Task NoteAsync(string text);
}

public sealed class Noted : INotes
{
    private readonly List<string> _notes = [];

    public IReadOnlyList<string> Notes
    {
        get { lock (_notes) return [.. _notes]; }
    }

    public Task NoteAsync(string text)
    {
        lock (_notes) _notes.Add(text);
        return Task.CompletedTask;
    }
}

public sealed record NoterInput(string Name, int[] Hours);

/// <summary>Notes each hour when it has come.</summary>
[Workflow("noter")]
public sealed class Noter : Workflow<NoterInput, string>
{
    public override async Task<string> RunAsync(NoterInput input)
    {
        var notes = Context.Activities<INotes>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
        var hour = 0;
        foreach (var next in input.Hours)
        {
            await Context.DelayAsync(TimeSpan.FromHours(next - hour));
            hour = next;
            await notes.NoteAsync($"{input.Name} {hour}");
        }

        return input.Name;
    }
}

/// <summary>Sleeps some seconds, notes itself, and so on, by its own random numbers.</summary>
[Workflow("rambler")]
public sealed class Rambler : Workflow<int, string>
{
    public override async Task<string> RunAsync(int input)
    {
        var notes = Context.Activities<INotes>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
        for (var i = 0; i < input; i++)
        {
            await Context.DelayAsync(TimeSpan.FromMilliseconds(Context.Random.Next(1, 100_000_000)));
            await notes.NoteAsync($"{Context.UtcNow.ToUnixTimeMilliseconds()}");
        }

        return "";
    }
}
