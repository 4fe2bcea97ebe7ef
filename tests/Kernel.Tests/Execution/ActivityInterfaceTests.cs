using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Kernel.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Execution;

public interface IBase
{
    Task BaseAsync();
}

public interface IWide<T> : IBase
{
    Task<T> TakeAsync(T item, int? number, CancellationToken cancellationToken = default);
}

public interface IWithProperty
{
    int Count { get; }
}

public interface IWithVoid
{
    void Do();
}

public interface IWithGeneric
{
    Task DoAsync<T>(T item);
}

public interface IWithOut
{
    Task DoAsync(out int item);
}

public interface IOverloaded
{
    Task DoAsync(int item);

    Task DoAsync(string item);
}

[Workflow("proxies")]
public sealed class ProxyWorkflow : Workflow<bool, string>
{
    public override async Task<string> RunAsync(bool input)
    {
        var wide = Context.Activities<IWide<string>>(new() { StartToCloseTimeout = TimeSpan.FromSeconds(9) });
        await wide.BaseAsync();
        using var source = new CancellationTokenSource();
        var taken = wide.TakeAsync("a", null, source.Token);
        if (!input) return await taken;
        source.Cancel();
        try
        {
            return await taken;
        }
        catch (Canceled)
        {
            return "canceled";
        }
    }
}

public class ActivityInterfaceTests
{
    [Theory]
    [InlineData(typeof(IWithProperty), "properties")]
    [InlineData(typeof(IWithVoid), "return Task")]
    [InlineData(typeof(IWithGeneric), "generic")]
    [InlineData(typeof(IWithOut), "cannot be stored")]
    [InlineData(typeof(IOverloaded), "twice")]
    [InlineData(typeof(string), "no interface")]
    [InlineData(typeof(IWide<>), "open type parameters")]
    public void Of_WhatCannotDeclareActivities_SaysWhy(Type type, string why) =>
        Assert.Contains(why, Assert.Throws<InvalidRequest>(() => ActivityInterface.Of(type)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(false, "b")]
    [InlineData(true, "canceled")]
    public void Call_ThroughAProxy_SendsArgumentsWithoutTheToken(bool cancel, string expected)
    {
        var run = Harness.Of<ProxyWorkflow>(cancel);
        run.Complete(1);
        var calls = run.History.OfType<ActivityScheduled>().ToList();
        Assert.Equal(["Base.Base", "Wide.Take"], calls.Select(static c => c.ActivityType));
        Assert.Equal(["\"a\"", "null"], calls[1].Arguments.Select(static a => a.ToString()));
        Assert.Equal(TimeSpan.FromSeconds(9), calls[1].Settings.StartToClose);
        if (!cancel) run.Complete(2, "b");
        Assert.Equal(expected, run.Result<string>());
    }
}
