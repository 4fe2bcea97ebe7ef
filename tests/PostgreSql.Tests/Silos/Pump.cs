using System.Collections.Concurrent;
using System.Diagnostics;
using Orchestration.Client;
using Orchestration.Tests.Support;

namespace Orchestration.PostgreSql.Tests.Silos;

/// <summary>Callers that start workflows and await their results, one after the other, all the while.</summary>
internal sealed class Pump
{
    private const int Steps = 3;

    private readonly IWorkflowClient _client;
    private readonly Task[] _callers;
    private volatile bool _ends;
    private int _done;
    private long _longest;

    public Pump(IWorkflowClient client, int callers)
    {
        _client = client;
        _callers = [.. Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(caller)))];
    }

    public int Done => Volatile.Read(ref _done);

    /// <summary>What callers saw go wrong.</summary>
    public ConcurrentQueue<Exception> Errors { get; } = new();

    /// <summary>The longest that one caller waited for a workflow, since this was last read.</summary>
    public TimeSpan TakeLongest() => TimeSpan.FromTicks(Interlocked.Exchange(ref _longest, 0));

    /// <summary>Waits until so many more have ended.</summary>
    public Task MoreAsync(int count)
    {
        var goal = Done + count;
        return Eventually.EventuallyAsync(() => Done >= goal || !Errors.IsEmpty, "more workflows end");
    }

    /// <summary>Lets callers end what they do; nothing went wrong.</summary>
    public async Task EndAsync()
    {
        _ends = true;
        await Task.WhenAll(_callers);
        Assert.Equal([], Errors);
    }

    private async Task CallAsync(int caller)
    {
        for (var n = 0; !_ends && Errors.IsEmpty; n++)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                var chain = _client.GetWorkflow($"pump-{caller}-{n}", "chain");
                await chain.StartAsync(Steps);
                Assert.Equal(Steps, await chain.GetResultAsync<int>());
                Interlocked.Increment(ref _done);
            }
            catch (Exception e)
            {
                Errors.Enqueue(e);
            }

            var took = Stopwatch.GetElapsedTime(began).Ticks;
            for (var seen = Volatile.Read(ref _longest); took > seen;)
            {
                var before = Interlocked.CompareExchange(ref _longest, took, seen);
                if (before == seen) break;
                seen = before;
            }
        }
    }
}
