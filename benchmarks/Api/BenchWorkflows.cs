using Orchestration.Workflows;

namespace Orchestration.Benchmarks.Api;

/// <summary>Waits for a signal: a start that is one append and nothing else.</summary>
[Workflow("bench-waiter")]
public sealed class BenchWaiter : Workflow<string, string>
{
    private bool _ends;

    [Signal]
    public void End() => _ends = true;

    public override async Task<string> RunAsync(string input)
    {
        await Context.WhenAsync(() => _ends);
        return input;
    }
}

/// <summary>Ends at once.</summary>
[Workflow("bench-done")]
public sealed class BenchDone : Workflow<string, string>
{
    public override Task<string> RunAsync(string input) => Task.FromResult(input);
}

/// <summary>Five activities in sequence, as W1 of the load driver.</summary>
[Workflow("bench-five")]
public sealed class BenchFive : Workflow<string, string>
{
    public override async Task<string> RunAsync(string input)
    {
        var echo = Context.Activities<IBenchEcho>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
        for (var i = 0; i < 5; i++) input = await echo.EchoAsync(input);
        return input;
    }
}

/// <summary>One activity, as W2 of the load driver.</summary>
[Workflow("bench-one")]
public sealed class BenchOne : Workflow<string, string>
{
    public override Task<string> RunAsync(string input) =>
        Context.Activities<IBenchEcho>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) }).EchoAsync(input);
}

/// <summary>What the silo's process has allocated, how often it collected garbage, and how many milliseconds that took.</summary>
[Workflow("bench-memory")]
public sealed class BenchMemory : Workflow<string, double[]>
{
    public override Task<double[]> RunAsync(string input) =>
        Context.Activities<IBenchEcho>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) }).MemoryAsync();
}

public interface IBenchEcho
{
    Task<string> EchoAsync(string text);

    Task<double[]> MemoryAsync();
}

public sealed class BenchEcho : IBenchEcho
{
    public Task<string> EchoAsync(string text) => Task.FromResult(text);

    public Task<double[]> MemoryAsync() => Task.FromResult<double[]>(
        [GC.GetTotalAllocatedBytes(), GC.CollectionCount(0), GC.GetTotalPauseDuration().TotalMilliseconds]);
}
