using Orchestration.Grains.Hosting;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Support;

/// <summary>Counts down through continuations as new, with one activity in each run.</summary>
[Workflow("countdown")]
public sealed class Countdown : Workflow<CountdownInput, int>
{
    public override async Task<int> RunAsync(CountdownInput input)
    {
        var sum = await Context.Activities<ITestActivities>(TestOptions.Quick).AddAsync(input.Sum, input.Left);
        return input.Left == 0 ? sum : throw Context.ContinueAsNew(new CountdownInput(input.Left - 1, sum));
    }
}

public sealed record CountdownInput(int Left, int Sum);

/// <summary>Runs until it is told to cancel, then cleans up.</summary>
[Workflow("waits-for-cancel")]
public sealed class WaitsForCancel : Workflow<string, string>
{
    public override async Task<string> RunAsync(string input)
    {
        try
        {
            await Context.DelayAsync(TimeSpan.FromDays(365));
        }
        catch (Canceled)
        {
            await Context.DetachedAsync(() => Context.Activities<ITestActivities>(TestOptions.Quick).EchoAsync(input));
            throw;
        }

        return "never";
    }
}

/// <summary>A parent with one child of each kind.</summary>
[Workflow("family")]
public sealed class Family : Workflow<int, string>
{
    public override async Task<string> RunAsync(int input)
    {
        var id = Context.WorkflowId.Value;
        var countdown = Context.Child<Countdown>($"{id}-count");
        var waits = Context.Child<WaitsForCancel>($"{id}-waits");
        var left = Context.Child<Countdown>($"{id}-left", new ChildOptions { ParentClosePolicy = ParentClosePolicy.Abandon });
        await waits.StartAsync("cleaned");
        await left.StartAsync(new CountdownInput(1, 100));
        var sum = await countdown.ExecuteAsync(new CountdownInput(input, 0));
        await Context.GetExternalWorkflow($"{id}-waits").CancelAsync("enough");
        try
        {
            await waits.GetResultAsync();
            return "not canceled";
        }
        catch (Canceled)
        {
            return $"{sum}";
        }
    }
}

/// <summary>A parent that leaves its children to their close policies.</summary>
[Workflow("leaves-children")]
public sealed class LeavesChildren : Workflow<int, int>
{
    private bool _ended;

    [Signal]
    public void End() => _ended = true;

    public override async Task<int> RunAsync(int input)
    {
        var id = Context.WorkflowId.Value;
        foreach (var policy in Enum.GetValues<ParentClosePolicy>())
        {
            await Context.Child<WaitsForCancel>($"{id}-{policy}", new ChildOptions { ParentClosePolicy = policy })
                .StartAsync($"{policy}");
        }

        if (input == 1) await Context.DelayAsync(TimeSpan.FromDays(365));
        if (input == 3) await Context.WhenAsync(() => _ended);
        if (input == 2) throw Context.ContinueAsNew<Countdown>(new CountdownInput(0, 7));
        return input;
    }
}

public static class FamilyHosting
{
    public static void All(OrchestrationOptions options)
    {
        TestHosting.All(options);
        options.AddWorkflow<Countdown>().AddWorkflow<WaitsForCancel>().AddWorkflow<Family>().AddWorkflow<LeavesChildren>()
            .AddWorkflow<Collector>().AddWorkflow<Signaller>();
    }
}

/// <summary>Counts what it is sent, in order, and continues as new after every few.</summary>
[Workflow("collector")]
public sealed class Collector : Workflow<CollectorInput, string>
{
    private readonly List<int> _new = [];

    [Signal]
    public void Add(int number) => _new.Add(number);

    public override async Task<string> RunAsync(CollectorInput input)
    {
        await Context.WhenAsync(() => _new.Count >= 3 || input.Seen.Length + _new.Count >= input.Total);
        int[] seen = [.. input.Seen, .. _new];
        return seen.Length >= input.Total
            ? string.Join(",", seen)
            : throw Context.ContinueAsNew(input with { Seen = seen });
    }
}

public sealed record CollectorInput(int Total, int[] Seen);

/// <summary>Signals another workflow so many times, without waiting for each.</summary>
[Workflow("signaller")]
public sealed class Signaller : Workflow<int, int>
{
    public override async Task<int> RunAsync(int input)
    {
        var other = Context.GetExternalWorkflow("collector");
        await WorkflowTasks.WhenAll(Enumerable.Range(0, input).Select(i => other.SignalAsync("Add", i)));
        return input;
    }
}
