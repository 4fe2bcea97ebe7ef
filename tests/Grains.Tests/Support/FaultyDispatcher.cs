using Orchestration.Grains.Activities;
using Orchestration.Grains.Interfaces.Activities;

namespace Orchestration.Grains.Tests.Support;

/// <summary>What goes wrong with a dispatch.</summary>
public enum DispatchFault
{
    /// <summary>It never arrives, and the caller does not know.</summary>
    Lost,

    /// <summary>It arrives, and the caller does not know.</summary>
    ReplyLost,

    /// <summary>It arrives twice.</summary>
    Doubled,

    /// <summary>The caller is told that it is unknown, and asks; the dispatch itself arrives after the answer.</summary>
    Late,
}

/// <summary>The way to activity hosts, on which the Nth dispatch goes wrong.</summary>
internal sealed class FaultyDispatcher(IActivityDispatcher inner, int nth, DispatchFault fault) : IActivityDispatcher
{
    private int _count;
    private (string Host, ActivityTask[] Tasks)? _late;

    public int Dispatches => Volatile.Read(ref _count);

    public async ValueTask<DispatchReply[]> DispatchAsync(string host, ActivityTask[] tasks)
    {
        if (Interlocked.Increment(ref _count) != nth) return await inner.DispatchAsync(host, tasks);
        switch (fault)
        {
            case DispatchFault.Lost:
                throw new TimeoutException("The dispatch was made to be lost.");
            case DispatchFault.ReplyLost:
                await inner.DispatchAsync(host, tasks);
                throw new TimeoutException("The reply was made to be lost.");
            case DispatchFault.Doubled:
                await inner.DispatchAsync(host, tasks);
                return await inner.DispatchAsync(host, tasks);
            default:
                _late = (host, tasks);
                throw new TimeoutException("The dispatch was made to be late.");
        }
    }

    public ValueTask CancelAsync(string host, AttemptCancellation[] attempts) => inner.CancelAsync(host, attempts);

    public async ValueTask<AttemptInquiryReply[]> InquireAsync(string host, AttemptId[] attempts, long fence)
    {
        var replies = await inner.InquireAsync(host, attempts, fence);
        if (_late is not { } late) return replies;
        _late = null;
        var refused = await inner.DispatchAsync(late.Host, late.Tasks);
        Assert.All(refused, reply => Assert.Equal(DispatchReply.Refused, reply)); // never seen when asked: refused for good
        return replies;
    }
}
