using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Runtime.Messaging;
using Orchestration.Runtime.References;
using Orchestration.Simulation.Breaking;
using Orchestration.Simulation.Time;

namespace Orchestration.Simulation.Cluster;

/// <summary>A client's process: the client library as it is, calling through whichever silo serves.</summary>
internal sealed class SimClient : ISimHost, IRequestRouter
{
    private static readonly ServiceProvider s_services = new ServiceCollection().BuildServiceProvider();

    private readonly SimCluster _cluster;
    private readonly PendingCalls _pending;
    private readonly TaskCompletionSource _died = new();
    private SimSilo? _gateway;

    public SimClient(SimCluster cluster, int number)
    {
        _cluster = cluster;
        Name = $"client {number}";
        Lane = new SimLane(cluster.Loop, Name) { Number = (ulong)number + 100 };
        Calls = new SimCalls(cluster, SimShared.Serializer, () => this);
        Clock = new SimClock(Lane);
        _pending = new PendingCalls(Clock, TimeSpan.FromSeconds(30));
        var references = new ReferenceRuntime(
            _pending, new ValueCopier(SimShared.Serializer, everything: true), () => this, copiesArguments: true);
        Workflows = new WorkflowClient(new ReferenceFactory(references, SimShared.Classes, s_services),
            new WorkflowClientOptions { RequestTimeLimit = TimeSpan.FromHours(10) }, Clock);
        cluster.Network.Attach(this);
    }

    public string Name { get; }

    public SimLane Lane { get; }

    public SimClock Clock { get; }

    public SimCalls Calls { get; }

    public IRequestReceiver? Receiver => null;

    public PendingCalls? Pending => _pending;

    public IWorkflowClient Workflows { get; }

    /// <summary>Does something in this process, for the world to see.</summary>
    /// <returns>What came of it; unknown where the process died before it was told.</returns>
    public async Task<SimAnswer<T>> CallAsync<T>(Func<IWorkflowClient, Task<T>> call)
    {
        var answer = Lane.RunAsync(() => call(Workflows));
        await Task.WhenAny(answer, _died.Task);
        return answer.IsCompleted ? new SimAnswer<T>(true, await answer) : default;
    }

    /// <summary>It dies between two steps.</summary>
    public void Kill()
    {
        Lane.Close();
        _pending.Dispose();
        _cluster.Network.Detach(this);
        _cluster.Loop.World.Post(_ => _died.TrySetResult(), null);
    }

    /// <summary>Sends a call to a gateway; while there is none it waits for one.</summary>
    public void Send(Request request)
    {
        if (_cluster.Broken == SimBreak.ClientNumberForgotten) Forgetting.Renumber(request, _cluster.Loop.Random);
        if (_gateway is not { IsUp: true, IsLeaving: false } || _gateway.Lane.IsClosed || _cluster.Loop.Random.Chance(0.05))
            _gateway = Choose();
        if (_gateway is { } gateway) Calls.Send(gateway.Name, request);
        else _cluster.Loop.After(Lane, TimeSpan.FromMilliseconds(100), () => Send(request));
    }

    public void Cancel(Request request)
    {
        // The silo works on for nobody, which is allowed.
    }

    public void Forget(Request request)
    {
        // An answer that comes later finds nobody.
    }

    private SimSilo? Choose()
    {
        SimSilo[] up = [.. _cluster.Silos.Where(static s => s is { IsUp: true, IsLeaving: false })];
        return up.Length == 0 ? null : up[_cluster.Loop.Random.Next(up.Length)];
    }
}

/// <summary>What a client was answered.</summary>
internal readonly record struct SimAnswer<T>(bool IsKnown, T Value);
