using Orchestration.Workflows;

namespace Orchestration.Tests.Engine;

/// <summary>Steps, one after the other.</summary>
[Workflow("chain")]
public sealed class Chain : Workflow<int, int>
{
    public override async Task<int> RunAsync(int steps)
    {
        var activities = Context.Activities<IEngineActivities>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
        var done = 0;
        for (var i = 0; i < steps; i++) done += await activities.CountAsync();
        return done;
    }
}

/// <summary>Waits for a message.</summary>
[Workflow("waiting")]
public sealed class Waiting : Workflow<int, int>
{
    private bool _goes;

    [Signal]
    public void Go() => _goes = true;

    public override async Task<int> RunAsync(int number)
    {
        await Context.WhenAsync(() => _goes);
        return number;
    }
}

/// <summary>An attempt that may not be repeated.</summary>
[Workflow("once")]
public sealed class Once : Workflow<string, int>
{
    public override Task<int> RunAsync(string name) => Context.Activities<IEngineActivities>(new()
    {
        StartToCloseTimeout = TimeSpan.FromMinutes(1), Retry = new() { MaximumAttempts = 1 },
    }).HoldAsync(name);
}

/// <summary>An attempt that may be repeated.</summary>
[Workflow("often")]
public sealed class Often : Workflow<string, int>
{
    public override Task<int> RunAsync(string name) =>
        Context.Activities<IEngineActivities>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) }).HoldAsync(name);
}

/// <summary>What they call.</summary>
public interface IEngineActivities
{
    Task<int> CountAsync();

    /// <summary>Ends once it may; the attempt's number.</summary>
    Task<int> HoldAsync(string name);
}

/// <inheritdoc/>
public sealed class EngineActivities(EngineWorld world) : IEngineActivities
{
    public Task<int> CountAsync()
    {
        world.Count();
        return Task.FromResult(1);
    }

    public async Task<int> HoldAsync(string name)
    {
        var (attempt, key) = (ActivityContext.Current.Attempt, ActivityContext.Current.IdempotencyKey);
        world.Executions.Enqueue((name, attempt, key.ToString()));
        await world.Released;
        return attempt;
    }
}
