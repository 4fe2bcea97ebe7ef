using Orchestration.Grains.Kernel.History;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Behavior;

[Workflow("intercepted")]
public sealed class InterceptedWorkflow : Workflow<string, string>
{
    public override async Task<string> RunAsync(string input)
    {
        await Context.DelayAsync(TimeSpan.FromHours(1));
        return input + await Context.ExecuteActivityAsync<string>(
            "Work", [input], new() { StartToCloseTimeout = TimeSpan.FromHours(1) });
    }
}

/// <summary>Leaves its name wherever it stands.</summary>
public sealed class NamingInterceptor(string name) : IWorkflowInterceptor
{
    public async Task<object?> ExecuteAsync(WorkflowExecution call, Func<WorkflowExecution, Task<object?>> next) =>
        $"{name}({await next(call with { Input = $"{call.Input}{name}" })})";

    public Task<Payload?> CallActivityAsync(ActivityCall call, Func<ActivityCall, Task<Payload?>> next) =>
        next(call with { Headers = new Dictionary<string, string>(call.Headers) { [name] = call.Context.Headers["tenant"] } });

    public Task DelayAsync(TimerCall call, Func<TimerCall, Task> next) => next(call with { Duration = call.Duration * 2 });
}

public sealed class RefusingInterceptor : IWorkflowInterceptor
{
    public Task<Payload?> CallActivityAsync(ActivityCall call, Func<ActivityCall, Task<Payload?>> next) =>
        throw new ApplicationFailure("not allowed", type: "Forbidden");
}

public class InterceptorTests
{
    [Fact]
    public void Interceptors_AroundCodeAndCalls_ChangeThemInOrderAndOnReplay()
    {
        var run = Begin(new NamingInterceptor("a"), new NamingInterceptor("b"));
        Assert.Equal(Harness.Epoch.AddHours(4), Assert.Single(run.History.OfType<TimerStarted>()).DueAt);
        run.Pass(TimeSpan.FromHours(4));
        var scheduled = Assert.Single(run.History.OfType<ActivityScheduled>());
        Assert.Equal("acme", scheduled.Headers!["a"]);
        Assert.Equal("acme", scheduled.Headers["b"]);
        run.Reload();
        Assert.Null(run.Run.Stall);
        run.Complete(2, "!");
        Assert.Equal("a(b(xab!))", run.Result<string>());
        Assert.Equal(WorkflowStatus.Completed, run.Reload().Status);
    }

    [Fact]
    public void Interceptor_ThatRefusesACall_FailsTheCodeThatMadeIt()
    {
        var run = Begin(new RefusingInterceptor());
        run.Pass(TimeSpan.FromHours(1));
        Assert.Equal("Forbidden", run.Failure().Type);
        Assert.DoesNotContain(run.History, static e => e is ActivityScheduled);
    }

    private static Harness Begin(params IWorkflowInterceptor[] interceptors)
    {
        var run = new Harness(
            typeof(InterceptedWorkflow), Harness.SettingsFor(typeof(InterceptedWorkflow)) with { Interceptors = interceptors });
        run.Advance(run.StartStimulus("x") with { Headers = new Dictionary<string, string> { ["tenant"] = "acme" } });
        return run;
    }
}
