using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Placement;
using Orleans;

namespace Orchestration.Grains.Activities;

/// <summary>
/// How runs reach the hosts of their attempts: the host of this silo directly, those of others through their grains. Thread-safe.
/// </summary>
internal sealed class ActivityDispatcher(ActivityHost local, ClusterView cluster, IGrainFactory grains, TimeProvider time,
    HostLoads loads)
    : IActivityDispatcher
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public ValueTask<DispatchReply[]> DispatchAsync(string host, ActivityTask[] tasks)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        if (host == cluster.LocalKey)
        {
            loads.ArrivedLocally(tasks.Length);
            var replies = local.Dispatch(tasks);
            if (Array.IndexOf(replies, DispatchReply.Busy) < 0) return ValueTask.FromResult(replies);
        }

        return DispatchPatientlyAsync(host, tasks);
    }

    /// <inheritdoc/>
    public ValueTask CancelAsync(string host, AttemptCancellation[] attempts)
    {
        ArgumentNullException.ThrowIfNull(attempts);
        if (host != cluster.LocalKey) return new ValueTask(Grain(host).CancelAsync(attempts));
        local.Cancel(attempts);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<AttemptInquiryReply[]> InquireAsync(string host, AttemptId[] attempts, long fence)
    {
        ArgumentNullException.ThrowIfNull(attempts);
        return host == cluster.LocalKey
            ? ValueTask.FromResult(local.Inquire(attempts, fence))
            : new ValueTask<AttemptInquiryReply[]>(Grain(host).InquireAsync(attempts, fence));
    }

    private IActivityHostGrain Grain(string host) => grains.GetGrain<IActivityHostGrain>(host);

    private async ValueTask<DispatchReply[]> DispatchPatientlyAsync(string host, ActivityTask[] tasks)
    {
        var replies = new DispatchReply[tasks.Length];
        Array.Fill(replies, DispatchReply.Busy);
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var open = Enumerable.Range(0, tasks.Length).Where(i => replies[i] == DispatchReply.Busy).ToArray();
            if (open.Length == 0) return replies;
            var batch = Array.ConvertAll(open, i => tasks[i]);
            var answers = host == cluster.LocalKey ? local.Dispatch(batch) : await DispatchAfarAsync(host, batch);
            for (var i = 0; i < open.Length; i++) replies[open[i]] = answers[i];
            if (Array.IndexOf(answers, DispatchReply.Busy) >= 0) await Task.Delay(pause, time);
        }
    }

    private async Task<DispatchReply[]> DispatchAfarAsync(string host, ActivityTask[] tasks)
    {
        var answer = await Grain(host).DispatchAsync(tasks);
        loads.Heard(host, answer.Room);
        for (var i = 0; i < tasks.Length; i++)
            if (answer.Replies[i] == DispatchReply.Unknown) loads.Lacks(host, tasks[i].ActivityType);
        return answer.Replies;
    }
}
