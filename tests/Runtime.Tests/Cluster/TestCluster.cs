using System.Net;
using Orchestration.Runtime.Membership;
using Orchestration.Tests.Support;
using Orleans.Hosting;

namespace Orchestration.Runtime.Tests.Cluster;

/// <summary>
/// Silos of one cluster in this process: a network of their own, one membership table, and virtual time that only
/// <see cref="AdvanceAsync"/> moves. Silos can be killed, paused, cut apart and cut off from the table.
/// </summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly List<ClusterSilo> _silos = [];
    private int _made;

    public ManualTimeProvider Time { get; } = new();

    public TestNetwork Network { get; } = new();

    public InMemoryMembershipTable Table { get; } = new();

    public IReadOnlyList<ClusterSilo> Silos => _silos;

    public List<string> Nodes { get; } = [];

    public static async Task<TestCluster> StartAsync(int silos, Action<ISiloBuilder>? configure = null)
    {
        var cluster = new TestCluster();
        for (var i = 0; i < silos; i++) await cluster.AddAsync(configure);
        await cluster.AgreedAsync();
        return cluster;
    }

    /// <summary>Starts one more silo; with the address of an earlier one where one is given.</summary>
    public async Task<ClusterSilo> AddAsync(
        Action<ISiloBuilder>? configure = null, TimeSpan skew = default, ClusterSilo? inPlaceOf = null)
    {
        var silo = Make(configure, skew, inPlaceOf);
        await RunAsync(silo.StartAsync());
        return silo;
    }

    public ClusterSilo Make(Action<ISiloBuilder>? configure = null, TimeSpan skew = default, ClusterSilo? inPlaceOf = null)
    {
        var number = ++_made;
        var address = inPlaceOf?.Address.Endpoint.Address ?? new IPAddress([10, 0, 0, (byte)number]);
        var silo = new ClusterSilo(this, $"s{number}", address, skew, configure);
        _silos.Add(silo);
        Nodes.Add(silo.Name);
        return silo;
    }

    /// <summary>Cuts a silo apart from all others.</summary>
    public void Isolate(ClusterSilo silo)
    {
        foreach (var other in Nodes.Where(other => other != silo.Name)) Network.Cut(silo.Name, other);
    }

    public void Rejoin(ClusterSilo silo)
    {
        foreach (var other in Nodes.Where(other => other != silo.Name)) Network.Heal(silo.Name, other);
    }

    /// <summary>Moves time in small steps; before each, what can be answered is answered.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        for (var end = Time.GetUtcNow() + by; Time.GetUtcNow() < end;)
        {
            await SettledAsync();
            Time.Advance(Step);
        }

        await SettledAsync();
    }

    /// <summary>Moves time until the condition holds; how much that took.</summary>
    public async Task<TimeSpan> AdvanceUntilAsync(Func<bool> condition, string what, TimeSpan limit)
    {
        var start = Time.GetUtcNow();
        while (!condition())
        {
            if (Time.GetUtcNow() - start > limit) await EventuallyAsync(condition, $"{what} within {limit} of virtual time");
            else await AdvanceAsync(Step);
        }

        return Time.GetUtcNow() - start;
    }

    /// <summary>
    /// Waits while virtual time stands still: threads of a busy machine may lag behind it. Fails with what the silos logged.
    /// </summary>
    public async Task EventuallyAsync(Func<bool> condition, string what)
    {
        try
        {
            await Eventually.EventuallyAsync(condition, what);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{Logs()}", e);
        }
    }

    /// <summary>Completes once virtual time has moved on by that much.</summary>
    public async Task PassedAsync(TimeSpan span)
    {
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var timer = Time.CreateTimer(_ => passed.TrySetResult(), null, span, Timeout.InfiniteTimeSpan);
        await passed.Task;
    }

    /// <summary>Waits for a task, moving time as long as it is not done.</summary>
    public async Task RunAsync(Task task)
    {
        try
        {
            await Eventually.EventuallyAsync(
                async () =>
                {
                    if (!task.IsCompleted) await AdvanceAsync(Step);
                    return task.IsCompleted;
                },
                static done => done, "a task ends", TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{Logs()}", e);
        }

        await task;
    }

    public async Task<T> RunAsync<T>(Task<T> task)
    {
        await RunAsync((Task)task);
        return await task;
    }

    /// <summary>Waits until all live silos see the same active ones.</summary>
    public async Task AgreedAsync()
    {
        var live = Live.Where(static silo => silo.Ended is null).ToArray();
        var expected = live.Select(static silo => silo.Address).ToHashSet();
        await AdvanceUntilAsync(
            () => live.All(silo => silo.Active.ToHashSet().SetEquals(expected)), "the silos agree", TimeSpan.FromSeconds(30));
    }

    public string Logs() =>
        string.Join('\n', _silos.Select(static silo => $"--- {silo.Name} {silo.Fence.State}\n{string.Join('\n', silo.Log)}"));

    public async ValueTask DisposeAsync()
    {
        // Dead ones first, so that nobody waits for them.
        foreach (var silo in _silos.Where(static silo => !silo.IsKilled)) silo.Kill();
        await Task.Yield();
        foreach (var silo in _silos) silo.Dispose();
    }

    private IEnumerable<ClusterSilo> Live => _silos.Where(static silo => !silo.IsKilled && !silo.IsPaused);

    // What is on its way over threads gets them: an item of work for each hop that one message and its answer make.
    private async Task SettledAsync()
    {
        for (var hop = 0; hop < 10; hop++)
        {
            var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            ThreadPool.UnsafeQueueUserWorkItem(static done => done.SetResult(), passed, preferLocal: false);
            await passed.Task;
        }

        await AnsweredAsync();
    }

    private Task AnsweredAsync() => Eventually.EventuallyAsync(
        () => Live.All(silo => !silo.Membership.IsProbeOverdue
            && !silo.Membership.Probed.Any(probed => IsReachable(silo, probed))), "probes are answered or given up");

    private bool IsReachable(ClusterSilo from, Orleans.Runtime.SiloAddress silo) =>
        Live.FirstOrDefault(live => live.Address.Equals(silo)) is { Ended: null } to && Network.IsOpen(from.Name, to.Name);
}
