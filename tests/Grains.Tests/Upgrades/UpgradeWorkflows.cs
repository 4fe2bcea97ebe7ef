using System.Collections.Concurrent;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Upgrades;

/// <summary>Waits for a signal; version 1.</summary>
[Workflow("order", Version = 1)]
public sealed class OrderOne : Workflow<string, string>
{
    private bool _go;

    [Signal]
    public void Go() => _go = true;

    public override async Task<string> RunAsync(string input)
    {
        await Context.WhenAsync(() => _go);
        return $"{input} by version 1";
    }
}

/// <summary>The same, in version 2.</summary>
[Workflow("order", Version = 2)]
public sealed class OrderTwo : Workflow<string, string>
{
    private bool _go;

    [Signal]
    public void Go() => _go = true;

    public override async Task<string> RunAsync(string input)
    {
        await Context.DelayAsync(TimeSpan.FromMilliseconds(1));
        await Context.WhenAsync(() => _go);
        return $"{input} by version 2";
    }
}

/// <summary>Another type.</summary>
[Workflow("invoice")]
public sealed class Invoice : Workflow<string, string>
{
    public override Task<string> RunAsync(string input) => Task.FromResult($"invoice {input}");
}

/// <summary>
/// One name and version, three pieces of code that do not fit one another's histories: how often each has begun.
/// </summary>
public static class Shipments
{
    public static ConcurrentDictionary<(string Code, string Id), int> Begun { get; } = new();

    public static void Begin(string code, string id) => Begun.AddOrUpdate((code, id), 1, static (_, n) => n + 1);
}

[Workflow("shipment")]
public sealed class ShipmentByTimer : Workflow<string, string>
{
    private bool _go;

    [Signal]
    public void Go() => _go = true;

    public override async Task<string> RunAsync(string input)
    {
        Shipments.Begin("timer", input);
        await Context.DelayAsync(TimeSpan.FromMilliseconds(1));
        await Context.WhenAsync(() => _go);
        return "by timer";
    }
}

[Workflow("shipment")]
public sealed class ShipmentByActivity : Workflow<string, string>
{
    private bool _go;

    [Signal]
    public void Go() => _go = true;

    public override async Task<string> RunAsync(string input)
    {
        Shipments.Begin("activity", input);
        await Context.Activities<ICourier>(new() { StartToCloseTimeout = TimeSpan.FromSeconds(10) }).CollectAsync(input);
        await Context.WhenAsync(() => _go);
        return "by activity";
    }
}

[Workflow("shipment")]
public sealed class ShipmentByChild : Workflow<string, string>
{
    private bool _go;

    [Signal]
    public void Go() => _go = true;

    public override async Task<string> RunAsync(string input)
    {
        Shipments.Begin("child", input);
        await Context.Child<Invoice>().ExecuteAsync(input);
        await Context.WhenAsync(() => _go);
        return "by child";
    }
}

/// <summary>Calls an activity.</summary>
[Workflow("collect")]
public sealed class Collect : Workflow<string, string>
{
    public override Task<string> RunAsync(string input) => Context.Activities<ICourier>(
        new() { StartToCloseTimeout = TimeSpan.FromSeconds(10), Retry = new() { MaximumAttempts = 1 } }).CollectAsync(input);
}

public interface ICourier
{
    Task<string> CollectAsync(string id);
}

public sealed class Courier : ICourier
{
    public Task<string> CollectAsync(string id) => Task.FromResult($"collected {id}");
}
